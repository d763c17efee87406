/// A 0/1 function of a token's decoded text: data with a name, a family and a predicate.
public struct TokenFeature: Sendable {
    /// The name as printed, unique in the catalogue.
    public let name: String
    /// The family of a neuron that the feature explains best.
    public let family: FeatureFamily
    /// Whether the feature holds for a token.
    public let predicate: @Sendable (TokenText) -> Bool

    /// A feature that holds for the tokens for which `predicate` does.
    public init(_ name: String, _ family: FeatureFamily, _ predicate: @escaping @Sendable (TokenText) -> Bool) {
        self.name = name
        self.family = family
        self.predicate = predicate
    }

    /// The token, in lower case and without surrounding white space, is one of some words.
    static func words(_ name: String, _ family: FeatureFamily, _ words: String) -> TokenFeature {
        let set = Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
        return TokenFeature(name, family) { set.contains($0.word) }
    }
}
