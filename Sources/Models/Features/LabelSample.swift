/// A tagger's labels and how often each combination of them occurs: what the label columns of a feature bank are made from.
public struct LabelSample: Sendable {
    /// What the labels are called; no two alike.
    public let names: [String]
    /// Which labels each combination has, `[combinations, names]`, 0 or 1.
    public let table: [UInt8]
    /// How often each combination occurs among the sample's counted tokens, `[combinations]`.
    public let counts: [Int]

    /// Labels with their counts.
    ///
    /// - Precondition: `table` has a 0 or 1 for each name of each combination.
    public init(names: [String], table: [UInt8], counts: [Int]) {
        precondition(table.count == names.count * counts.count, "a number for each label of each combination")
        self.names = names
        self.table = table
        self.counts = counts
    }

    /// The labels as features of combinations, as token features are of tokens.
    ///
    /// All are of the family of syntax, as parts of speech and morphology are. They are not asked of the previous token: SPEC has that for
    /// what a token's text says.
    var candidates: [FeatureCandidate] {
        names.indices.map { feature in
            var combinations = TokenSet(vocabularySize: counts.count)
            for combination in counts.indices where table[combination * names.count + feature] != 0 { combinations.insert(combination) }
            return FeatureCandidate(name: "label: \(names[feature])", family: .syntax, tokens: combinations)
        }
    }
}
