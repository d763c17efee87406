/// In how many rows a neuron fires at each position.
public struct PositionProfile: Codable, Sendable, Equatable {
    /// Rows that were read.
    public let rows: Int
    /// At each position the rows in which the pre-activation is above 0, masked tokens included.
    public let fired: [Int]

    /// The share of rows in which it fires, over some positions; nil where there are none.
    public func share(over positions: Range<Int>) -> Double? {
        let kept = positions.clamped(to: fired.indices)
        return rows > 0 && !kept.isEmpty ? Double(fired[kept].reduce(0, +)) / (Double(rows) * Double(kept.count)) : nil
    }
}
