import Kernels

/// Random unit vectors without mean, as processed w_out are: the null that neurons' output directions are compared with.
///
/// The first vectors of a seed are the same however many are drawn.
struct RandomDirections: Sendable {
    private let deviates: NormalDeviates

    /// - Parameter purpose: what they are for; those for different things have nothing to do with each other.
    init(seed: UInt64, purpose: String) { deviates = NormalDeviates(seed: seed, model: purpose, layer: 0, draw: 0) }

    /// So many vectors, `[count, width]`.
    func rows(_ count: Int, width: Int, team: ThreadTeam) throws -> FloatBuffer {
        let rows = FloatBuffer(count: count * width)
        try team.forEach(count) { row, _ in
            let values = Scratch<Double>(width, repeating: 0)
            deviates.fill(UnsafeMutableBufferPointer(start: values.pointer, count: width), row: row)
            var (sum, squares) = (0.0, 0.0)
            for d in 0..<width { sum += values.pointer[d] }
            let mean = sum / Double(width)
            for d in 0..<width {
                values.pointer[d] -= mean
                squares += values.pointer[d] * values.pointer[d]
            }
            let length = squares.squareRoot()
            guard length > 0 else { return }
            for d in 0..<width { rows.pointer[row * width + d] = Float(values.pointer[d] / length) }
        }
        return rows
    }
}
