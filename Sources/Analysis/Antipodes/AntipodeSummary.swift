/// How close the weights of universal and of other neurons come to those of another neuron; `antipodes` in `summary.json`.
public struct AntipodeSummary: Hashable, Codable, Sendable {
    /// One figure of `antipodes.csv`.
    public struct Figure: Hashable, Codable, Sendable {
        /// The column.
        public let name: String
        /// Over the universal neurons; nil where none has it.
        public let universal: GroupMean?
        /// Over the others.
        public let others: GroupMean?
        /// Pearson's correlation, over all neurons, with the share of tokens at which a neuron is active; nil where that is not known.
        public let frequencyCorrelation: Double?
        /// Spearman's.
        public let frequencyRankCorrelation: Double?

        enum CodingKeys: String, CodingKey {
            case name, universal, others
            case frequencyCorrelation = "frequency_corr"
            case frequencyRankCorrelation = "frequency_rank_corr"
        }
    }

    /// The figures, in the table's order.
    public let figures: [Figure]

    /// Compares neurons.
    ///
    /// - Parameters:
    ///   - isUniversal: whether a neuron is, `[neurons]`.
    ///   - frequencies: the share of tokens at which it is active, `[neurons]`, NaN for a neuron of which that is not known; nil where it is not
    ///     of any.
    /// - Throws: `AnalysisError.sizeMismatch` when there are not as many of each.
    public init(_ findings: AntipodeFindings, isUniversal: [Bool], frequencies: [Double]? = nil) throws {
        guard isUniversal.count == findings.neurons, frequencies?.count ?? findings.neurons == findings.neurons else {
            throw AnalysisError.sizeMismatch(what: "neurons with a verdict", expected: findings.neurons, found: isUniversal.count)
        }
        figures = findings.figures.map { name, values in
            let known = values.indices.filter { values[$0].isFinite && frequencies?[$0].isFinite != false }
            let (figure, frequency) = (known.map { values[$0] }, frequencies.map { all in known.map { all[$0] } })
            return Figure(
                name: name, universal: GroupMean(values.indices.lazy.filter { isUniversal[$0] }.map { values[$0] }),
                others: GroupMean(values.indices.lazy.filter { !isUniversal[$0] }.map { values[$0] }),
                frequencyCorrelation: frequency.flatMap { RankCorrelation.pearson(figure, $0) },
                frequencyRankCorrelation: frequency.flatMap { RankCorrelation.spearman(figure, $0) })
        }
    }

    /// The figure of a column.
    public func figure(of name: String) -> Figure? { figures.first { $0.name == name } }
}
