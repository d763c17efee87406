/// A set of replicates: what the jackknife, cross-fitting and convergence ask the statistics for.
public struct ReplicateSet: Hashable, Codable, Sendable {
    /// Bit r is set when replicate r belongs to the set.
    public let bits: UInt64

    /// The set whose replicate r is bit r.
    public init(bits: UInt64) { self.bits = bits }

    /// The set of the given replicates, each from 0 to 63.
    public init(_ replicates: some Sequence<Int>) {
        bits = replicates.reduce(0) { $0 | (1 << UInt64($1)) }
    }

    /// All of `count` replicates, at most 64.
    public static func all(_ count: Int) -> ReplicateSet { ReplicateSet(0..<count) }

    /// The set without one replicate.
    public func removing(_ replicate: Int) -> ReplicateSet { ReplicateSet(bits: bits & ~(1 << UInt64(replicate))) }

    /// Whether a replicate belongs to the set.
    public func contains(_ replicate: Int) -> Bool { bits & (1 << UInt64(replicate)) != 0 }

    /// The replicates in ascending order.
    public var members: [Int] { (0..<64).filter(contains) }

    /// How many replicates the set has.
    public var count: Int { bits.nonzeroBitCount }
}
