import Analysis

/// The random baseline: the other model's neurons replaced by random directions of the same layer.
///
/// ```yaml
/// rotations: {kind: gaussian, draws: 5, seed: 0}
/// ```
public struct RotationSettings: Codable, Hashable, Sendable {
    /// How the directions are drawn.
    public var kind: RotationKind = .gaussian
    /// How many matrices a layer, 1...1,000: their mean is the baseline, their spread part of its error.
    public var draws: Int = 5
    /// Decides the matrices together with model, layer and draw.
    public var seed: UInt64 = 0

    /// The defaults: five Gaussian draws from seed 0.
    public init() {}
}
