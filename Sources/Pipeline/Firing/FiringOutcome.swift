import Analysis
import SystemPackage

/// How far neurons fire at the same tokens as their best partners, as far as that was counted.
public struct FiringOutcome: Encodable, Sendable {
    /// Two models.
    public struct Pair: Encodable, Sendable {
        /// The two models' names, as files of pairs are called.
        public let pair: String
        /// Counted tokens.
        public let tokens: Int
        /// Raw tokens that were read; more than were asked for now where the pair was counted over more before.
        public let readTokens: Int
        /// Whether it was asked for now.
        public let isAsked: Bool
        /// Neurons of the first model that have a partner, and fire or have one that does, at the tokens that were counted.
        public let neurons: Int
        /// The mean Jaccard similarity of these; nil for none.
        public let meanJaccard: Double?
        /// Those of them that are universal; nil where nobody says which are.
        public let universalNeurons: Int?
        /// The mean Jaccard similarity of the universal ones; nil for none.
        public let meanJaccardOfUniversal: Double?

        /// - Parameters:
        ///   - readTokens: raw tokens that were read.
        ///   - isAsked: whether it was asked for now.
        ///   - isUniversal: of each neuron of the first model; nil where nobody says.
        init(_ counted: FiringTable.Pair, readTokens: Int, isAsked: Bool, isUniversal: [Bool]?) {
            (pair, tokens, self.readTokens, self.isAsked) = (counted.name, counted.counts.tokens, readTokens, isAsked)
            let jaccards = counted.partners.partners.indices.map { counted.counts.jaccard(of: $0) }
            func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
            let all = jaccards.compactMap { $0 }
            (neurons, meanJaccard) = (all.count, mean(all))
            let universal = isUniversal.map { zip(jaccards, $0).compactMap { $1 ? $0 : nil } }
            (universalNeurons, meanJaccardOfUniversal) = (universal?.count, universal.flatMap(mean))
        }
    }

    /// The table that was written.
    public let table: String
    /// Raw tokens that were asked for, in whole rows.
    public let askedTokens: Int
    /// The pairs of models that were counted, now or before.
    public let pairs: [Pair]
    /// What the results lack whose best partners these are; nil where they are whole.
    public let incomplete: Incompleteness?

    /// The pairs that were asked for whose figures are those of an earlier measurement, over more tokens.
    public var earlier: [Pair] { pairs.filter { $0.isAsked && $0.readTokens != askedTokens } }
}
