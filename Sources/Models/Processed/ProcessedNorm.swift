import Checkpoints

/// What a layer norm still does when gain and offset are folded into the weights behind it.
public enum ProcessedNorm: Hashable, Sendable {
    /// (x − mean) / √(variance + epsilon).
    case standardising(epsilon: Float)
    /// x − mean: a model without layer norms, whose constant factor is folded too.
    case centring

    /// Published models without layer norms have an epsilon of 10¹² and gains of a million; no variance of a residual stream comes near
    /// this one, so that the quotient is a constant within float32's precision.
    static let endlessEpsilon: Float = 1e9

    /// That of a configuration.
    public init(_ configuration: ModelConfiguration) {
        let epsilon = configuration.layerNormEpsilon
        self = epsilon >= Self.endlessEpsilon ? .centring : .standardising(epsilon: epsilon)
    }

    /// What gains are multiplied with before they are folded.
    func factor(_ configuration: ModelConfiguration) -> Double {
        self == .centring ? 1 / Double(configuration.layerNormEpsilon).squareRoot() : 1
    }
}
