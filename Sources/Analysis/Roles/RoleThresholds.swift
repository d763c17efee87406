/// From which moments of its vocabulary effect on a neuron has a role.
public struct RoleThresholds: Hashable, Sendable {
    /// A kurtosis above this one: a few tokens stand out. Then the sign of the skewness tells prediction from suppression.
    public var kurtosis: Double
    /// Any other neuron with a variance above this one is a partition neuron …
    public var variance: Double
    /// … if (skewness² + 1) / kurtosis is above this: 1/3 for a normal distribution, 1 for two points. Two equal normal modes begin to be two
    /// at 0.4, where half of the variance is between them; for modes of other weights the value is about the same.
    public var bimodality: Double

    /// Thresholds of one's own.
    public init(kurtosis: Double, variance: Double, bimodality: Double) {
        (self.kurtosis, self.variance, self.bimodality) = (kurtosis, variance, bimodality)
    }

    /// Those that suit any model. The cosines of a random direction have variance 1 / d_model, so the paper's 0.005, made for GPT-2 medium,
    /// is some five times that.
    ///
    /// - Parameter width: d_model.
    public init(width: Int) { self.init(kurtosis: 10, variance: 5 / Double(max(1, width)), bimodality: 0.4) }

    /// The paper's literal ones, for GPT-2 medium.
    public static let paper = RoleThresholds(kurtosis: 10, variance: 0.005, bimodality: 0)

    /// The role of a neuron; nil for one without.
    public func role(of moments: CosineMoments) -> NeuronRole? {
        if moments.kurtosis > kurtosis { return moments.skewness > 0 ? .prediction : .suppression }
        let shape = (moments.skewness * moments.skewness + 1) / moments.kurtosis
        return moments.variance > variance && shape > bimodality ? .partition : nil
    }
}
