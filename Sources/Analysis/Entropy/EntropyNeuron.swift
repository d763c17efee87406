/// A candidate for an entropy neuron, or a control.
public struct EntropyNeuron: Hashable, Sendable {
    /// Why it is listed.
    public enum Kind: String, CaseIterable, Sendable {
        /// Passes the cuts by quantiles within the model.
        case candidate
        /// Passes only the paper's cuts for a model of this depth.
        case preset
        /// Passes no cut, and is a token-frequency neuron.
        case frequency
        /// One of the random neurons that candidates are compared with.
        case control
    }

    /// Its place among all neurons of the model.
    public let index: Int
    /// The layer.
    public let layer: Int
    /// The number within the layer.
    public let neuron: Int
    /// Why it is listed.
    public let kind: Kind
    /// ‖w_in‖² + ‖w_out‖².
    public let penalty: Double
    /// The variance of the effect on the vocabulary, and its kurtosis.
    public let variance, kurtosis: Double
    /// The kurtosis of the pre-activations; NaN where it was not computed.
    public let activationKurtosis: Double
    /// ‖U₀ᵀ w_out‖ / ‖w_out‖.
    public let nullFraction: Double
    /// Whether it passed a cut, and lies in the null space further than all but one in a thousand random directions: an entropy neuron.
    public let isEntropyNeuron: Bool
    /// The correlation of what w_out does to the logits with the log token frequencies; NaN where it was not computed.
    public let frequencyCorrelation: Double
    /// Whether it moves logits along token frequencies like no other of its layer: a token-frequency neuron.
    public let isFrequencyNeuron: Bool
    /// The presets whose cuts it passes.
    public let presets: [EntropyPreset]
}
