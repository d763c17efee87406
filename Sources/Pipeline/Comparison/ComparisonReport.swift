import Analysis

/// What a comparison of two results has found.
public struct ComparisonReport: Encodable, Sendable {
    /// One side.
    public struct Side: Codable, Sendable {
        /// Where it was read from.
        public let path: String
        /// What it has.
        public let content: ComparedResults.Content
        /// Its neurons.
        public let neurons: Int
        /// Rows of neurons that stood in the table before; they are left out.
        public let repeatedRows: Int
        /// Its universal neurons, or those that it lists.
        public let universal: Int
        /// The excess correlation above which a neuron is universal.
        public let threshold: Double
        /// Counted tokens; nil for a table that was not exported, which does not say it.
        public let tokens: Int?
        /// The models of a run that are compared among themselves, the reference first whose neurons these are.
        public let models: [String]?
        /// What a run's results do without; nil for complete ones, and for a table that was not exported.
        public let incomplete: Incompleteness?

        init(_ side: ComparedResults) {
            path = side.path.string
            content = side.content
            neurons = side.table.neurons.count
            repeatedRows = side.repeatedRows
            universal = side.table.isUniversal.count { $0 }
            threshold = side.table.threshold
            tokens = side.origin?.tokens
            models = side.run?.models
            incomplete = side.origin?.incomplete
        }
    }

    /// The two sides.
    public let first, second: Side
    /// What their columns are called.
    public let names: ColumnNames
    /// What they have in common, and where they differ.
    public let comparison: TableComparison
    /// The pairs of models that two runs have both compared, in both directions; nil where a side is no run.
    public let pairs: [PairAgreement]?
    /// Why they must be expected to differ.
    public let expected: [ExpectedDifference]

    private enum CodingKeys: String, CodingKey { case first, second, columns, comparison, pairs, expected }

    init(
        first: Side, second: Side, names: ColumnNames, comparison: TableComparison, pairs: [PairAgreement]?, expected: [ExpectedDifference]
    ) {
        (self.first, self.second, self.names) = (first, second, names)
        (self.comparison, self.pairs, self.expected) = (comparison, pairs, expected)
    }

    /// Writes the sides, what they have in common and why they differ, and as `columns` what stands in the place of neurons, where anything
    /// does.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(first, forKey: .first)
        try values.encode(second, forKey: .second)
        if names.basis != nil { try values.encode(names.kinds, forKey: .columns) }
        try values.encode(comparison, forKey: .comparison)
        try values.encodeIfPresent(pairs, forKey: .pairs)
        try values.encode(expected, forKey: .expected)
    }
}
