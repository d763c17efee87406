import Statistics
import SystemPackage

/// The feature bank: 0/1 columns that explain neurons.
///
/// `default`, `none`, or a mapping with what differs from the default:
/// ```yaml
/// features: {unigram_share: 0.003, topics: topics.json, models: all}
/// ```
public struct FeatureSettings: Hashable, Sendable {
    /// Whether there is a feature bank at all (`none`: there is not).
    public var isEnabled: Bool = true
    /// A word becomes a unigram feature from this share of the draw's first million tokens on. 0.003 is the authors' 3,000 of 1M.
    public var unigramShare: Double = 0.003
    /// JSON with a list of words for each topic, `{"music": ["guitar", "song"]}`; nil without.
    public var topics: FilePath?
    /// Of which models each neuron gets its best feature and family: of the reference, or of all. All take a block of cross-products more for
    /// each layer of the other models.
    public var models: ExplainedModels = .reference

    /// The defaults: every feature, unigrams from 0.3 % on, of the reference's neurons.
    public init() {}
}

extension FeatureSettings: Codable {
    private enum CodingKeys: String, CodingKey { case isEnabled, unigramShare, topics, models }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        isEnabled = try values.decode(Bool.self, forKey: .isEnabled)
        unigramShare = try values.decode(Double.self, forKey: .unigramShare)
        topics = try values.decodeIfPresent(String.self, forKey: .topics).map { FilePath($0) }
        models = try values.decodeIfPresent(ExplainedModels.self, forKey: .models) ?? .reference
    }

    /// Writes the settings, paths as text; of models nothing where they are the reference alone, as before others could be.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(isEnabled, forKey: .isEnabled)
        try values.encode(unigramShare, forKey: .unigramShare)
        try values.encodeIfPresent(topics?.string, forKey: .topics)
        try values.encodeIfPresent(models.planned, forKey: .models)
    }
}

extension ExplainedModels {
    /// As plans have it: nil for the reference alone.
    var planned: ExplainedModels? { self == .reference ? nil : self }
}
