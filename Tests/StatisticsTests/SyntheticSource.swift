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
}
