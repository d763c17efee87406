/// What the feature bank is made with; part of what decides numbers.
public struct FeatureConfiguration: Codable, Hashable, Sendable {
    /// A string is a unigram feature when it makes up more than this share of the sample: the paper's 3,000 of a million tokens.
    public var unigramShare: Double
    /// A string is a unigram feature when the vocabulary has more than this many tokens for it.
    public var unigramVariants: Int
    /// The share of the vocabulary that "small embedding norm" covers: a quantile, because norms differ between models.
    public var smallNormQuantile: Double
    /// Whether each token feature is there for the previous token too.
    public var coversPreviousToken: Bool
    /// Whether there are bands of positions.
    public var coversPositions: Bool

    /// A configuration; what is left out has its default.
    public init(
        unigramShare: Double = 0.003, unigramVariants: Int = 3, smallNormQuantile: Double = 0.05, coversPreviousToken: Bool = true,
        coversPositions: Bool = true
    ) {
        self.unigramShare = unigramShare
        self.unigramVariants = unigramVariants
        self.smallNormQuantile = smallNormQuantile
        self.coversPreviousToken = coversPreviousToken
        self.coversPositions = coversPositions
    }
}
