/// A figure with its standard error.
public struct Estimate: Hashable, Codable, Sendable {
    /// The figure.
    public var value: Double
    /// Its standard error; nil where there is none (fewer than two replicates, or an empty one).
    public var standardError: Double?

    /// A figure, with its standard error if there is one.
    public init(value: Double, standardError: Double?) {
        self.value = value
        self.standardError = standardError
    }

    enum CodingKeys: String, CodingKey {
        case value
        case standardError = "standard_error"
    }

    /// Writes both keys: an error that is not known is null.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(value, forKey: .value)
        try values.encode(standardError, forKey: .standardError)
    }
}
