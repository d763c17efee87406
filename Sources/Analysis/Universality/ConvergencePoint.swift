/// The universal neurons that a beginning of the replicates finds.
public struct ConvergencePoint: Hashable, Codable, Sendable {
    /// How many replicates were taken, from the first.
    public var replicates: Int
    /// Counted tokens in them.
    public var tokens: Int
    /// The universal neurons.
    public var universal: UniversalCount

    /// A point of the curve.
    public init(replicates: Int, tokens: Int, universal: UniversalCount) {
        self.replicates = replicates
        self.tokens = tokens
        self.universal = universal
    }
}
