import Kernels
import Statistics

/// How far sampled entries of the engine's integers are from the float64 cross-products of the same activations.
struct CrossProductResidual {
    let sources: [SyntheticActivations]
    let layout: StatisticsLayout
    let calibration: Calibration
    let settings: AccumulationSettings
    let chunks: Int

    /// Half a unit q a chunk, for chunks whose values repeat and so are rounded the same way, plus what SGEMM does to sums of 4,096 products.
    var tolerance: Double { settings.resolution / 2 / Double(settings.chunk) + 3e-6 }

    /// The largest |entry · q − exact| / √(Σa² Σb²) over 64 entries of each block: the error of a correlation.
    func largest(in partial: Partial) -> Double {
        var numbers = SeededFloats(seed: 99)
        var worst = 0.0
        for sums in partial.blocks {
            let block = layout.blocks[sums.block]
            let tiling = Tiling(block, in: layout, edge: settings.tile)
            for _ in 0..<64 {
                let place = Int(numbers.nextBits() % UInt64(tiling.tiles.count))
                let tile = tiling.tiles[place]
                let index = Int(numbers.nextBits() % UInt64(tile.count))
                let a = column(tile.rows.lowerBound + index / tile.columns.count, ofGroup: block.rows)
                let b = column(tile.columns.lowerBound + index % tile.columns.count, ofGroup: block.columns)
                let exact = Double(chunks) * Self.product(a, b)
                let scale = Double(chunks) * (Self.product(a, a) * Self.product(b, b)).squareRoot()
                worst = max(worst, abs(Double(sums.tiles[place][index]) * settings.resolution - exact) / scale)
            }
        }
        return worst
    }

    /// The standardised values of a column over one chunk, in float64.
    private func column(_ column: Int, ofGroup group: Int) -> [Double] {
        let name = layout.groups[group]
        guard let source = sources.first(where: { $0.id == name.source }) else { return [] }
        let mean = Double(calibration.groups[group].mean[column])
        let scale = Double(calibration.groups[group].scale[column])
        return (0..<source.variants).flatMap { row in
            (0..<source.context).map { (Double(source.token($0, ofRow: row, layer: name.layer)[column]) - mean) / scale }
        }
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
