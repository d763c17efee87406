/// What replicates tell of a standard error. One below that of a single neuron which changes sides in a single replicate they cannot show:
/// an error of 0 is no proof that there is none.
public enum StandardErrorFinding: Hashable, Sendable, CustomStringConvertible {
    /// There is none, as a replicate is empty.
    case unknown
    /// It is below the resolution, the smallest that the replicates can show.
    case below(resolution: Double)
    /// The error.
    case error(Double)

    /// An error of exactly one neuron in one replicate is found with what rounding leaves of it, and can be shown all the same.
    private static let roundingAllowance = 0.999

    /// What an error is beside a resolution in the same unit; nil: there is none.
    public init(_ error: Double?, resolution: Double?) {
        guard let error else {
            self = .unknown
            return
        }
        if let resolution, error < Self.roundingAllowance * resolution {
            self = .below(resolution: resolution)
        } else {
            self = .error(error)
        }
    }

    /// The smallest standard error of a count of neurons that replicates of so many tokens can show, that of one neuron in one of them; nil
    /// where they show none.
    public static func smallestOfCount(replicateTokens: [Int]) -> Double? { Jackknife(sizes: replicateTokens)?.resolutionOfCount }

    /// Whether it is below the resolution.
    public var isBelowResolution: Bool {
        if case .below = self { true } else { false }
    }

    /// The smallest value that may be relied on: the error, or the resolution where it is below that.
    public var reliable: Double? {
        switch self {
        case .unknown: nil
        case .below(let resolution): resolution
        case .error(let error): error
        }
    }

    /// As in "universal fraction 0.04 with a standard error of 0.002".
    public var description: String {
        switch self {
        case .unknown: "no standard error, as a replicate is empty"
        case .below(let resolution): "a standard error below \(Float(resolution)), the smallest that the replicates can show"
        case .error(let error): "a standard error of \(Float(error))"
        }
    }
}
