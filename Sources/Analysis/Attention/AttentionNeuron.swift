import Models

/// A neuron and a head of a later layer that it may switch.
public struct AttentionNeuron: Hashable, Sendable {
    /// What a neuron does to a head when it is active.
    public enum Effect: String, Codable, Sendable {
        /// The head attends more to the first token of a row, which does nothing: it is switched off.
        case deactivation
        /// It attends less to it: it is switched on.
        case activation
    }

    /// The neuron and the head.
    public let pair: NeuronHead
    /// ŵ_out · W_Q k_BOS / √(head width).
    public let score: Float
    /// The cosine of w_out and the head's direction.
    public let cosine: Double
    /// What the neuron does; nil where random directions would do as much somewhere in the model.
    public let effect: Effect?
    /// The composition scores by kind; empty where they were not asked for.
    public internal(set) var composition: [CompositionKind: Float] = [:]
}
