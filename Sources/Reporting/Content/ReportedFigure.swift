/// A number with the standard error that the replicates give it.
public struct ReportedFigure: Codable, Sendable, Hashable {
    /// The estimate from all tokens.
    public var value: Double
    /// Its standard error; `nil` when there are too few replicates for one.
    public var standardError: Double?
    /// The smallest error that the replicates can show, where `standardError` is below it.
    public var errorLimit: Double?
    /// The degrees of freedom of Student's t for its intervals: replicates − 1.
    public var degreesOfFreedom: Int?

    /// An estimate, with an error if it has one.
    public init(_ value: Double, standardError: Double? = nil, errorLimit: Double? = nil, degreesOfFreedom: Int? = nil) {
        self.value = value
        self.standardError = standardError
        self.errorLimit = errorLimit
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The same figure in another unit.
    func scaled(by factor: Double) -> ReportedFigure {
        ReportedFigure(
            value * factor, standardError: standardError.map { $0 * abs(factor) }, errorLimit: errorLimit.map { $0 * abs(factor) },
            degreesOfFreedom: degreesOfFreedom)
    }
}
