/// Where entropy neurons are looked for (SPEC 7): in late layers, among neurons with large weights, a small effect on the vocabulary, and
/// kurtoses as most have them.
public struct EntropyCuts: Hashable, Codable, Sendable {
    /// The first layer.
    public var firstLayer: Int
    /// The least ‖w_in‖² + ‖w_out‖².
    public var penalty: Double
    /// The largest variance of the effect on the vocabulary.
    public var variance: Double
    /// The largest kurtosis of it, 3 for a normal distribution.
    public var kurtosis: Double
    /// The largest kurtosis of the pre-activations; not asked of neurons of which it is not known.
    public var activationKurtosis: Double

    /// Cuts of one's own.
    public init(firstLayer: Int, penalty: Double, variance: Double, kurtosis: Double, activationKurtosis: Double) {
        self.firstLayer = firstLayer
        self.penalty = penalty
        self.variance = variance
        self.kurtosis = kurtosis
        self.activationKurtosis = activationKurtosis
    }

    /// Shares of the model's neurons that quantiles cut off: a tenth has the large weights, a tenth the small effects, a tenth the
    /// kurtoses that are out of the ordinary.
    static let large = 0.9, small = 0.1

    /// Below it a kurtosis is ordinary whatever the model: above it a neuron is one of prediction or suppression.
    static let ordinary = 10.0

    /// Quantiles within a model, so that they suit any: the last two layers, l2_penalty from the 90th percentile of all neurons on,
    /// vocab_var up to the 10th, kurtoses up to the 90th or 10, whichever is more.
    public init(within figures: EntropyFigures) {
        self.init(
            firstLayer: figures.lastTwoLayers, penalty: SortedFigures(figures.penalty).quantile(Self.large),
            variance: SortedFigures(figures.variance).quantile(Self.small),
            kurtosis: max(Self.ordinary, SortedFigures(figures.kurtosis).quantile(Self.large)),
            activationKurtosis: figures.activationKurtosis.map { max(Self.ordinary, SortedFigures($0).quantile(Self.large)) } ?? .infinity)
    }

    /// Whether a neuron passes. One without any effect on the vocabulary has no kurtosis, which is none too large.
    public func admit(_ neuron: Int, of figures: EntropyFigures) -> Bool {
        figures.layer(of: neuron) >= firstLayer && figures.penalty[neuron] >= penalty && figures.variance[neuron] <= variance
            && !(figures.kurtosis[neuron] > kurtosis) && !(figures.activationKurtosis.map { $0[neuron] > activationKurtosis } ?? false)
    }
}
