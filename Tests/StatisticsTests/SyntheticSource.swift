@testable import Statistics

/// A source whose columns are a fixed function of (row, position, layer, column), so that tests can compute everything again by plain loops.
struct SyntheticSource: ActivationSource {
    let id: String
    let widths: [Int]
    var isBinary = false
    /// Changes the value of (row, position, layer, column).
    var change: @Sendable (Int, Int, Int, Int, Float) -> Float = { _, _, _, _, value in value }

    var columnGroups: [ColumnGroup] {
        widths.enumerated().map { ColumnGroup(source: id, layer: $0, columns: $1) }
    }

    /// Whether it shows pre-activations, which have nothing to do with the columns.
    var hasPreActivations = true
    /// Changes what is shown of (row, position, layer, column) before the bias is added.
    var shown: @Sendable (Int, Int, Int, Int, Float) -> Float = { _, _, _, _, value in value }

    /// What is shown, and what is still to be added to it.
    func product(row: Int, position: Int, layer: Int, column: Int) -> Float {
        shown(row, position, layer, column, value(row: row, position: position, layer: layer, column: column) * 3 - 2)
    }

    func bias(layer: Int, column: Int) -> Float { Float((layer + column) % 3) * 0.3 }

    func makeWorkspace(context: Int) throws -> ActivationWorkspace { ActivationWorkspace() }

    func value(row: Int, position: Int, layer: Int, column: Int) -> Float {
        var state = UInt64(truncatingIfNeeded: row &* 1_000_003 &+ position &* 7_919 &+ layer &* 104_729 &+ column &* 15_485_863)
        for scalar in id.unicodeScalars { state = state &* 31 &+ UInt64(scalar.value) }
        state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
        state ^= state >> 31
        let uniform = Float(state >> 40) / Float(1 << 24)
        // Something that models of the same row share, so that correlations are not all near zero.
        let shared = Float((row * 13 + position * 5 + column) % 17) / 17
        let raw = isBinary ? (uniform < 0.2 ? 1 : 0) : (uniform - 0.4) * 2 + shared
        return change(row, position, layer, column, raw)
    }

    func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        for index in 0...layer {
            var values: [Float] = []
            for position in 0..<row.tokens.count {
                for column in 0..<widths[index] {
                    values.append(value(row: row.index, position: position, layer: index, column: column))
                }
            }
            try deliver(index, values)
        }
    }

    func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace, observe: @escaping PreActivationObserver,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        try activations(of: row, through: layer, workspace: workspace) { layer, values in
            // Bands of three positions.
            for start in stride(from: 0, to: hasPreActivations ? row.tokens.count : 0, by: 3) {
                let positions = start..<min(start + 3, row.tokens.count)
                let products = positions.flatMap { position in
                    (0..<widths[layer]).map { product(row: row.index, position: position, layer: layer, column: $0) }
                }
                let offsets = (0..<widths[layer]).map { bias(layer: layer, column: $0) }
                products.withUnsafeBufferPointer { products in
                    offsets.withUnsafeBufferPointer { bias in
                        guard let products = products.baseAddress, let bias = bias.baseAddress else { return }
                        observe(PreActivationBand(layer: layer, positions: positions, products: products, bias: bias))
                    }
                }
            }
            try deliver(layer, values)
        }
    }
}
