/// How many neurons of the reference are in a clique of some size or a larger one.
public struct CliqueSizeCount: Hashable, Codable, Sendable {
    /// The least size: models that a clique spans, the reference among them.
    public var size: Int
    /// Neurons of the reference.
    public var count: Int
    /// Their share of all neurons of the reference.
    public var fraction: Double
    /// Those of them that are universal.
    public var universal: Int
    /// Mean of the count over the bootstrap's replicates; nil where there is none.
    public var bootstrapMean: Double?
    /// The count's standard error under another choice of the other seeds, by the bootstrap; nil where there is none.
    public var standardError: Double?
    /// That of the universal ones; nil where there is none.
    public var universalStandardError: Double?

    enum CodingKeys: String, CodingKey {
        case size, count, fraction, universal
        case bootstrapMean = "bootstrap_mean"
        case standardError = "standard_error"
        case universalStandardError = "universal_standard_error"
    }

    /// Writes every key: what is not known is null.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(size, forKey: .size)
        try values.encode(count, forKey: .count)
        try values.encode(fraction, forKey: .fraction)
        try values.encode(universal, forKey: .universal)
        try values.encode(bootstrapMean, forKey: .bootstrapMean)
        try values.encode(standardError, forKey: .standardError)
        try values.encode(universalStandardError, forKey: .universalStandardError)
    }
}
