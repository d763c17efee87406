/// The feature bank: 0/1 columns that explain neurons.
///
/// `default`, `none`, or a mapping with what differs from the default:
/// ```yaml
/// features: {unigram_share: 0.003}
/// ```
public struct FeatureSettings: Codable, Hashable, Sendable {
    /// Whether there is a feature bank at all (`none`: there is not).
    public var isEnabled: Bool = true
    /// A word becomes a unigram feature from this share of the draw's first million tokens on. 0.003 is the authors' 3,000 of 1M.
    public var unigramShare: Double = 0.003

    /// The defaults: every feature, unigrams from 0.3 % on.
    public init() {}
}
