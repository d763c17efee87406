import Models

/// A line of `universal-neurons features`: a column of the bank with how often it holds.
public struct ListedFeature: Codable, Hashable, Sendable {
    /// The column's name.
    public let name: String
    /// The family of a neuron that the feature explains best.
    public let family: FeatureFamily
    /// Other features that hold for exactly the same tokens.
    public let aliases: [String]
    /// How many tokens of the vocabulary the feature holds for; nil for positions, domains and labels.
    public let vocabularyTokens: Int?
    /// How many of the sample's counted tokens it holds for; of features of the previous token, how many counted tokens follow such a one.
    public let occurrences: Int
    /// Their share: of the counted tokens, or of those that have a previous one.
    public let share: Double?
    /// The most frequent tokens that the feature holds for, decoded.
    public let examples: [String]

    init(_ description: FeatureDescription, occurrences: Int, of total: Int) {
        name = description.name
        family = description.family
        aliases = description.aliases
        vocabularyTokens = description.vocabularyTokens
        self.occurrences = occurrences
        // What a token is, the bank knows the share of; positions, domains and labels it does not count.
        share = description.vocabularyTokens == nil ? (total == 0 ? nil : Double(occurrences) / Double(total)) : description.share
        examples = description.examples
    }
}
