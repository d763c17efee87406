/// At how many tokens neurons fire, their partners, and both at once: exact counts over the same tokens, which add up.
public struct FiringCounts: Sendable, Equatable {
    /// Tokens that count.
    public private(set) var tokens: Int
    /// At how many of them each neuron has an activation above 0, `[neurons]`; 0 where it has no partner.
    public private(set) var first: [Int64]
    /// At how many its partner has, `[neurons]`.
    public private(set) var second: [Int64]
    /// At how many both have, `[neurons]`.
    public private(set) var both: [Int64]

    /// Of so many neurons at no token.
    public init(neurons: Int) {
        self.init(
            tokens: 0, first: Array(repeating: 0, count: neurons), second: Array(repeating: 0, count: neurons),
            both: Array(repeating: 0, count: neurons))
    }

    /// Counts that were kept.
    ///
    /// - Precondition: as many of each kind.
    public init(tokens: Int, first: [Int64], second: [Int64], both: [Int64]) {
        precondition(first.count == second.count && second.count == both.count, "counts of the same neurons")
        (self.tokens, self.first, self.second, self.both) = (tokens, first, second, both)
    }

    /// Adds the counts over other tokens.
    ///
    /// - Precondition: of the same neurons.
    public mutating func add(_ other: FiringCounts) {
        precondition(first.count == other.first.count, "counts of the same neurons")
        tokens += other.tokens
        for neuron in first.indices {
            first[neuron] += other.first[neuron]
            second[neuron] += other.second[neuron]
            both[neuron] += other.both[neuron]
        }
    }

    /// Adds the tokens of a row.
    mutating func add(tokens: Int) { self.tokens += tokens }

    /// Adds what a row says of a neuron.
    mutating func add(_ counts: (first: Int, second: Int, both: Int), to neuron: Int) {
        first[neuron] += Int64(counts.first)
        second[neuron] += Int64(counts.second)
        both[neuron] += Int64(counts.both)
    }

    /// The Jaccard similarity of a neuron's tokens and its partner's: those at which both fire over those at which one of them does; nil where
    /// none does.
    public func jaccard(of neuron: Int) -> Double? {
        let either = first[neuron] + second[neuron] - both[neuron]
        return either > 0 ? Double(both[neuron]) / Double(either) : nil
    }
}
