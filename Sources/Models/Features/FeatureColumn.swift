/// A column of the feature bank: the feature's name and family.
public struct FeatureColumn: Codable, Hashable, Sendable {
    /// The name as printed, unique in a bank.
    public let name: String
    /// The family of a neuron that the feature explains best.
    public let family: FeatureFamily
    /// Other features that hold for exactly the same tokens of the vocabulary.
    public let aliases: [String]

    /// A column with a name, a family, and the names of features that have the same tokens.
    public init(name: String, family: FeatureFamily, aliases: [String] = []) {
        self.name = name
        self.family = family
        self.aliases = aliases
    }

    /// The same feature of the token before.
    var ofPreviousToken: FeatureColumn {
        FeatureColumn(name: "previous: \(name)", family: .previousToken, aliases: aliases.map { "previous: \($0)" })
    }
}
