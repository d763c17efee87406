/// Positions as rotations: pairs of numbers at the beginning of each query and key are turned by an angle that grows with the position.
public struct RotaryEmbedding: Hashable, Codable, Sendable {
    /// The numbers of a head that the frequencies are spread over: `rotary_pct` of its width, rounded down.
    public let dimensions: Int
    /// Frequency k is `base` to the power of −2k / `dimensions`.
    public let base: Double

    /// A rotation of pairs at these frequencies.
    public init(dimensions: Int, base: Double) {
        self.dimensions = dimensions
        self.base = base
    }

    /// The frequencies, each of which turns one pair: the number at its place, and the one this many places on. An odd number of
    /// dimensions is rounded up, as in transformers, where the last frequency has a pair of its own.
    public var pairs: Int { (dimensions + 1) / 2 }
}
