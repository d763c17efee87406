/// The universal neurons at one step of training.
public struct StepCount: Hashable, Codable, Sendable {
    /// The step.
    public var step: Int
    /// Universal neurons of the reference's checkpoint, against the other models' checkpoints of the same step.
    public var universal: UniversalCount
    /// Those of them that are universal at the last step too.
    public var universalAtEnd: Int
    /// Those that are universal from this step on, at every later one, and at none right before.
    public var appear: Int
    /// Mean over neurons of the excess.
    public var meanExcess: Estimate

    enum CodingKeys: String, CodingKey {
        case step, universal, appear
        case universalAtEnd = "universal_at_end"
        case meanExcess = "mean_excess"
    }
}
