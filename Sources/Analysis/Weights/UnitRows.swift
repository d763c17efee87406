import Kernels

/// Rows scaled to length 1, so that products of two of them are cosines. A row of zeros stays one: its cosines are 0.
public struct UnitRows: Sendable {
    /// `[rows, width]`.
    public let values: FloatBuffer
    /// How many rows there are.
    public let rows: Int
    /// The length of a row as a list.
    public let width: Int
    /// The Euclidean length that each row had, `[rows]`.
    public let norms: [Double]

    /// Rows that a thread takes at a time.
    private static let run = 1_024

    /// Scales rows where they lie.
    ///
    /// - Parameter values: `[rows, width]`; they belong to this value from here on.
    public init(scaling values: FloatBuffer, width: Int, team: ThreadTeam) throws {
        let rows = values.count / max(1, width)
        let parts = try team.map((rows + Self.run - 1) / Self.run) { run, _ in
            (run * Self.run..<min(rows, (run + 1) * Self.run)).map { Self.scale(values.pointer + $0 * width, width: width) }
        }
        self.values = values
        self.rows = rows
        self.width = width
        norms = parts.flatMap { $0 }
    }

    /// Copies of some rows.
    func rows(_ places: [Int]) -> FloatBuffer {
        let chosen = FloatBuffer(count: places.count * width)
        for (index, place) in places.enumerated() {
            (chosen.pointer + index * width).update(from: values.pointer + place * width, count: width)
        }
        return chosen
    }

    private static func scale(_ row: UnsafeMutablePointer<Float>, width: Int) -> Double {
        var squares = 0.0
        for d in 0..<width { squares += Double(row[d]) * Double(row[d]) }
        let norm = squares.squareRoot()
        guard norm > 0 else { return 0 }
        for d in 0..<width { row[d] = Float(Double(row[d]) / norm) }
        return norm
    }
}
