/// What a line is measured against in the same run, in the line's unit.
public struct BenchmarkReference: Codable, Sendable, Hashable {
    /// What there is to compare with.
    public enum Kind: String, Codable, Sendable {
        /// What the machine or the matter allows: no line can be better, but for the noise of the clock.
        case limit
        /// Another way to do the same.
        case peer
    }

    /// What kind it is.
    public let kind: Kind
    /// What it is, for example "bare SGEMM".
    public let name: String
    /// Its median.
    public let value: Double

    static func limit(_ name: String, _ value: Double) -> BenchmarkReference {
        BenchmarkReference(kind: .limit, name: name, value: value)
    }

    static func peer(_ name: String, _ value: Double) -> BenchmarkReference {
        BenchmarkReference(kind: .peer, name: name, value: value)
    }
}
