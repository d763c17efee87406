/// How many neurons are universal, with its error bar.
public struct UniversalCount: Hashable, Codable, Sendable {
    /// Neurons whose excess correlation is above the threshold.
    public var count: Int
    /// Their share of all neurons of the reference.
    public var fraction: Double
    /// The threshold.
    public var threshold: Double
    /// Standard error of the fraction; nil where there is none.
    public var standardError: Double?
    /// Standard error of the count.
    public var countStandardError: Double?
    /// What the standard error of the count would be if one neuron changed sides in one replicate: the smallest that can be shown.
    public var countErrorResolution: Double?
    /// Degrees of freedom of the standard errors: replicates − 1. An interval is ± Student's t of that many times the standard error.
    public var degreesOfFreedom: Int?

    enum CodingKeys: String, CodingKey {
        case count, fraction, threshold
        case standardError = "standard_error"
        case countStandardError = "count_standard_error"
        case countErrorResolution = "count_error_resolution"
        case degreesOfFreedom = "degrees_of_freedom"
    }

    /// Writes every key: an error that is not known is null, so that readers need not tell a missing key from a missing value. One that is
    /// below the resolution is not known either: 0 would be taken for certainty.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(count, forKey: .count)
        try values.encode(fraction, forKey: .fraction)
        try values.encode(threshold, forKey: .threshold)
        let isKnown = !isErrorBelowResolution
        try values.encode(isKnown ? standardError : nil, forKey: .standardError)
        try values.encode(isKnown ? countStandardError : nil, forKey: .countStandardError)
        try values.encode(countErrorResolution, forKey: .countErrorResolution)
        try values.encode(degreesOfFreedom, forKey: .degreesOfFreedom)
    }

    /// Whether the standard error is smaller than the smallest that can be shown, as where no replicate that is left out changes the count.
    public var isErrorBelowResolution: Bool {
        StandardErrorFinding(countStandardError, resolution: countErrorResolution).isBelowResolution
    }
}
