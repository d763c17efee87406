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
    /// Degrees of freedom of the standard errors: replicates − 1. An interval is ± Student's t of that many times the standard error.
    public var degreesOfFreedom: Int?

    enum CodingKeys: String, CodingKey {
        case count, fraction, threshold
        case standardError = "standard_error"
        case countStandardError = "count_standard_error"
        case degreesOfFreedom = "degrees_of_freedom"
    }
}
