/// A list of words about one topic, which becomes a token feature.
public struct TopicWords: Hashable, Sendable {
    /// What the topic is called.
    public let name: String
    /// The words; case and surrounding white space do not matter.
    public let words: [String]

    /// A topic with its words.
    public init(name: String, words: [String]) {
        self.name = name
        self.words = words
    }

    /// What its feature is called.
    public var featureName: String { "topic: \(name)" }

    /// Holds for tokens whose text, in lower case and without surrounding white space, is one of the words.
    var feature: TokenFeature {
        let set = Set(words.map { TokenText($0).word })
        return TokenFeature(featureName, .semantic) { set.contains($0.word) }
    }
}
