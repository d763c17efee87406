import Kernels
import Statistics

/// What one block says: the scan of its correlations and, against the reference, the maxima over sets of replicates.
struct BlockPart: Sendable {
    let scan: BlockScan
    /// Entries with the row of the same index as the column, of one less, and of one more; NaN where the block has none.
    let sameIndex: [Float]
    let previousIndex: [Float]
    let nextIndex: [Float]
    /// Rows without variance, by their index within their model.
    let zeroVariance: [Int32]
    /// Counted tokens of each replicate; empty where there is no block.
    let tokens: [Int]
    /// The largest correlation of each row, `[sets][rows]`; empty for pairs without the reference.
    private(set) var maxima: [[Float]] = []
    /// The same with rotated columns, `[matrices · sets][rows]`.
    private(set) var rotatedMaxima: [[Float]] = []
    /// Chosen on the even replicates and on the odd ones; empty when a half is empty.
    private(set) var crossfit: [CrossfitChoice] = []

    /// Works on the block of a layer of an earlier model against a group.
    ///
    /// - Parameters:
    ///   - baseline: the group's rotations, for the reference only.
    ///   - check: asked before the block and between the products of its rotations; what it throws ends the work.
    init(
        layer: Int, of earlier: ModelShape, group: Int, model: ModelShape, baseline: GroupBaseline?, plan: UniversalityPlan,
        statistics: any BlockStatistics, sink: (any CorrelationSink)?, check: () throws -> Void
    ) throws {
        try check()
        let layout = plan.layout
        let rowGroup = layout.groups[earlier.groups[layer]]
        let columnGroup = layout.groups[group]
        guard let block = layout.block(rows: earlier.groups[layer], columns: group), let ownLayer = model.groups.firstIndex(of: group)
        else {
            throw AnalysisError.missingBlock(rows: rowGroup.name, columns: columnGroup.name)
        }
        let firstRow = earlier.offsets[layer]
        let firstColumn = model.offsets[ownLayer]
        let whole = plan.design.sets[0]
        let correlations = Scratch<Float>(rowGroup.columns * columnGroup.columns, repeating: 0)
        try statistics.correlations(of: block, over: whole, into: correlations.pointer)
        try sink?.write(correlations.pointer, rows: rowGroup, columns: columnGroup)
        scan = BlockScan(
            correlations.pointer, rowCount: rowGroup.columns, columnCount: columnGroup.columns, firstRow: firstRow,
            firstColumn: firstColumn, rowTail: plan.tail(partners: columnGroup.columns), columnTail: plan.tail(partners: earlier.neurons))
        let comparesIndices = earlier.numbersNeurons(like: model)
        func entries(_ distance: Int) -> [Float] {
            (0..<columnGroup.columns).map { column in
                let row = firstColumn + column + distance - firstRow
                guard comparesIndices, row >= 0, row < rowGroup.columns else { return .nan }
                return correlations.pointer[row * columnGroup.columns + column]
            }
        }
        sameIndex = entries(0)
        previousIndex = entries(-1)
        nextIndex = entries(1)
        let moments = try statistics.moments(of: block, over: whole)
        zeroVariance = GroupAnalysis.zeroes(moments.rows.variance, offset: firstRow)
        let replicates = try (0..<plan.design.replicates).map { try statistics.moments(of: block, over: ReplicateSet([$0])) }
        tokens = replicates.map(\.columns.tokens)
        guard let baseline else { return }
        try measure(
            block, baseline: baseline, plan: plan, statistics: statistics, scratch: correlations, firstColumn: firstColumn,
            rows: PooledColumns(whole: moments.rows, replicates: replicates.map(\.rows)),
            columns: PooledColumns(whole: moments.columns, replicates: replicates.map(\.columns)), check: check)
    }

    /// What a layer says that is not compared with the group: nothing that changes a maximum, a list, a count or a sum.
    init(withoutLayer layer: Int, of earlier: ModelShape, group: Int, plan: UniversalityPlan) {
        let columns = plan.layout.groups[group].columns
        let rows = earlier.columns[layer]
        scan = BlockScan(
            withoutPartners: rows, columnCount: columns, rowTail: plan.tail(partners: columns),
            columnTail: plan.tail(partners: earlier.neurons))
        sameIndex = Array(repeating: .nan, count: columns)
        previousIndex = sameIndex
        nextIndex = sameIndex
        zeroVariance = []
        tokens = []
        guard earlier == plan.reference else { return }
        let sets = plan.design.sets.count
        let lowest = [Float](repeating: -.infinity, count: rows)
        maxima = Array(repeating: lowest, count: sets)
        rotatedMaxima = Array(repeating: lowest, count: plan.configuration.rotations.matrices * sets)
        crossfit = Array(repeating: CrossfitChoice(neurons: rows), count: 2)
    }

    /// Fills in the maxima and the cross-fitted choices.
    private mutating func measure(
        _ block: Block, baseline: GroupBaseline, plan: UniversalityPlan, statistics: any BlockStatistics, scratch: Scratch<Float>,
        firstColumn: Int, rows: PooledColumns, columns: PooledColumns, check: () throws -> Void
    ) throws {
        let sets = plan.design.sets
        let scale = rows.deviation.map { $0 > 0 ? 1 / $0 : 0 }
        // An empty replicate is no member of any set that is asked for; its place points to the scratch, which nobody reads.
        var parts: [Scratch<Float>] = []
        for r in 0..<plan.design.replicates {
            guard rows.weights[r] > 0 else {
                parts.append(scratch)
                continue
            }
            let part = parts.contains { $0 === scratch } ? Scratch<Float>(scratch.count, repeating: 0) : scratch
            try statistics.correlations(of: block, over: ReplicateSet([r]), into: part.pointer)
            PooledColumns.weigh(part.pointer, replicate: r, rows: rows, columns: columns, scale: scale)
            parts.append(part)
        }
        let rowFactors = SetFactors.Rows(rows, sets: sets)
        let areSignsArbitrary = plan.configuration.areSignsArbitrary
        let pooled = PooledMaxima(
            rowCount: rows.count, columnCount: columns.count, sets: sets, weights: rows.weights, rowFactors: rowFactors,
            areSignsArbitrary: areSignsArbitrary)
        measurePlain(parts, pooled: pooled, columns: columns, sets: sets)
        for (matrix, inverse) in zip(baseline.matrices, baseline.inverses) {
            try measureRotated(parts, matrix: matrix, inverse: inverse, pooled: pooled, columns: columns, sets: sets, check: check)
        }
        if let halves = plan.design.halves {
            crossfit = Self.choices(
                parts, halves: [halves.even, halves.odd], rows: rows, columns: columns, firstColumn: firstColumn,
                areSignsArbitrary: areSignsArbitrary)
        }
    }

    private mutating func measurePlain(
        _ parts: [Scratch<Float>], pooled: PooledMaxima, columns: PooledColumns, sets: [ReplicateSet]
    ) {
        let factors = SetFactors.Columns(columns, sets: sets)
        let found = Scratch<Float>(sets.count * pooled.rowCount, repeating: -.infinity)
        for start in stride(from: 0, to: columns.count, by: PooledMaxima.tile) {
            pooled.take(
                parts.map { UnsafePointer($0.pointer + start) }, stride: columns.count, rows: 0..<pooled.rowCount,
                columns: start..<min(start + PooledMaxima.tile, columns.count), factors: factors, maxima: found.pointer)
        }
        pooled.finish(found.pointer)
        maxima = Self.split(found, rows: pooled.rowCount)
        // Over all replicates the scan has the correlations as the statistics give them, rounded once.
        let ends = (scan.rows.highest.firstValues, scan.rows.lowest.firstValues)
        maxima[0] = pooled.areSignsArbitrary ? zip(ends.0, ends.1).map { max($0, -$1) } : ends.0
    }

    private mutating func measureRotated(
        _ parts: [Scratch<Float>], matrix: Scratch<Float>, inverse: Scratch<Float>, pooled: PooledMaxima, columns: PooledColumns,
        sets: [ReplicateSet], check: () throws -> Void
    ) throws {
        let size = columns.count
        let replicates = parts.count
        let shifts = Scratch(columns.replicateShifts.flatMap { $0.map { Float($0) } }, orEmpty: 0)
        let rotatedShifts = Scratch<Float>(replicates * size, repeating: 0)
        Gemm.multiply(
            replicates, size, size, shifts.pointer, lda: size, matrix.pointer, ldb: size, transposeB: true, into: rotatedShifts.pointer,
            ldc: size)
        let factors = SetFactors.Columns(inverse: inverse, shifts: rotatedShifts.pointer, columns: columns, sets: sets)
        let found = Scratch<Float>(sets.count * pooled.rowCount, repeating: -.infinity)
        let tile = PooledMaxima.tile
        let products = (0..<replicates).map { _ in Scratch<Float>(tile * tile, repeating: 0) }
        let tiles = products.map { UnsafePointer($0.pointer) }
        for first in stride(from: 0, to: pooled.rowCount, by: tile) {
            try check()
            let rows = first..<min(first + tile, pooled.rowCount)
            for start in stride(from: 0, to: size, by: tile) {
                let range = start..<min(start + tile, size)
                for r in 0..<replicates where columns.weights[r] > 0 {
                    Gemm.multiply(
                        rows.count, range.count, size, parts[r].pointer + first * size, lda: size, matrix.pointer + start * size, ldb: size,
                        transposeB: true, into: products[r].pointer, ldc: tile)
                }
                pooled.take(tiles, stride: tile, rows: rows, columns: range, factors: factors, maxima: found.pointer)
            }
        }
        pooled.finish(found.pointer)
        rotatedMaxima += Self.split(found, rows: pooled.rowCount)
    }

    /// For each row the column that one half of the replicates chooses, and its correlation on the other half; both ways. Where signs are
    /// arbitrary the half that chooses decides the sign as well.
    private static func choices(
        _ parts: [Scratch<Float>], halves: [ReplicateSet], rows: PooledColumns, columns: PooledColumns, firstColumn: Int,
        areSignsArbitrary: Bool
    ) -> [CrossfitChoice] {
        guard halves.allSatisfy({ rows.share(of: $0) > 0 }) else { return [] }
        let factors = SetFactors.Columns(columns, sets: halves)
        let rowFactors = SetFactors.Rows(rows, sets: halves)
        let pooled = PooledMaxima(
            rowCount: rows.count, columnCount: columns.count, sets: halves, weights: rows.weights, rowFactors: rowFactors,
            areSignsArbitrary: areSignsArbitrary)
        let pointers = parts.map { UnsafePointer($0.pointer) }
        let kept = Scratch<Float>(columns.count, repeating: 0)
        var choices = [CrossfitChoice(neurons: rows.count), CrossfitChoice(neurons: rows.count)]
        for i in 0..<rows.count {
            let outer = (0..<2).map { rowFactors.outer.pointer[$0 * rows.count + i] }
            kept.pointer.update(from: pooled.row(i, set: 0, of: pointers, factors: factors), count: columns.count)
            let values = [UnsafePointer(kept.pointer), pooled.row(i, set: 1, of: pointers, factors: factors)]
            for way in 0..<2 {
                // A neuron without variance on the half that chooses has correlation 0 with everybody: the first partner.
                var best = 0
                if outer[way] > 0 {
                    let largest = pooled.largest(values[way], count: columns.count)
                    while best < columns.count - 1 && values[way][best] != largest
                        && !(areSignsArbitrary && -values[way][best] == largest)
                    {
                        best += 1
                    }
                }
                let sign: Float = areSignsArbitrary && values[way][best] < 0 ? -1 : 1
                choices[way].chosen[i] = outer[way] > 0 ? sign * values[way][best] * outer[way] : 0
                choices[way].read[i] = outer[1 - way] > 0 ? sign * values[1 - way][best] * outer[1 - way] : 0
                choices[way].partner[i] = Int32(truncatingIfNeeded: firstColumn + best)
            }
        }
        return choices
    }

    private static func split(_ values: Scratch<Float>, rows: Int) -> [[Float]] {
        (0..<values.count / max(1, rows)).map { Array(UnsafeBufferPointer(start: values.pointer + $0 * rows, count: rows)) }
    }
}
