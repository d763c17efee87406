/// The baseline of one kind of rotation for each neuron of the reference.
public struct BaselineColumns: Sendable {
    /// How the rotations were drawn.
    public var kind: RotationKind
    /// For each other model the highest correlation with its rotated neurons, mean over draws, `[models][neurons]`.
    public var models: [[Double]]
    /// The sample standard deviation over draws, `[models][neurons]`; zeros with one draw.
    public var deviations: [[Double]]
    /// The largest baseline over the models, `[neurons]`.
    public var maximum: [Double]
    /// The mean baseline over the models, `[neurons]`.
    public var mean: [Double]
    /// The smallest baseline over the models, `[neurons]`.
    public var minimum: [Double]
    /// Mean correlation less mean baseline, `[neurons]`.
    public var excess: [Double]
    /// Its standard error, `[neurons]`; nil where there is none.
    public var excessStandardError: [Double]?
    /// Universal neurons against this baseline.
    public var universal: UniversalCount
    /// The mean of the neurons' mean baseline.
    public var meanBaseline: Estimate
    /// The mean of the neurons' excess.
    public var meanExcess: Estimate
}
