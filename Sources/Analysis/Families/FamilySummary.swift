import Models

/// How many neurons belong to each family, among all and among the universal ones.
public struct FamilySummary: Hashable, Codable, Sendable {
    /// The neurons of one family.
    public struct Count: Hashable, Codable, Sendable {
        /// The family; nil for the unexplained neurons.
        public let family: FeatureFamily?
        /// Neurons whose best feature is of the family.
        public var neurons = 0
        /// The universal ones among them.
        public var universal = 0
        /// Neurons of which the best feature explains more than half of the variance.
        public var wellExplained = 0
        /// The universal ones among them.
        public var wellExplainedUniversal = 0
    }

    /// A count for each family in order, then that of the unexplained neurons.
    public let counts: [Count]

    /// Counts the families.
    ///
    /// - Parameters:
    ///   - explanations: of a model's neurons.
    ///   - isUniversal: whether each of them is universal, in the same order.
    /// - Throws: `AnalysisError.sizeMismatch` when there are not as many of both.
    public init(_ explanations: [NeuronExplanation], isUniversal: [Bool]) throws {
        guard explanations.count == isUniversal.count else {
            throw AnalysisError.sizeMismatch(what: "neurons with an explanation", expected: isUniversal.count, found: explanations.count)
        }
        let families: [FeatureFamily?] = FeatureFamily.allCases + [nil]
        var counts = families.map { Count(family: $0) }
        for (explanation, isUniversal) in zip(explanations, isUniversal) {
            guard let index = families.firstIndex(of: explanation.family) else { continue }
            counts[index].neurons += 1
            counts[index].universal += isUniversal ? 1 : 0
            guard explanation.isWellExplained else { continue }
            counts[index].wellExplained += 1
            counts[index].wellExplainedUniversal += isUniversal ? 1 : 0
        }
        self.counts = counts
    }

    /// The count of a family; of the unexplained neurons for nil.
    public func count(of family: FeatureFamily?) -> Count {
        counts.first { $0.family == family } ?? Count(family: family)
    }
}
