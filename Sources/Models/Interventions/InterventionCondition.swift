/// One neuron, what is done to it, and what is kept from changing with it.
public struct InterventionCondition: Hashable, Codable, Sendable {
    /// The neuron's layer.
    public let layer: Int
    /// Its number within the layer.
    public let neuron: Int
    /// What is done to its activation.
    public let intervention: Intervention
    /// What is as in the unmodified run.
    public let frozen: FrozenPart

    /// An intervention on a neuron.
    public init(layer: Int, neuron: Int, _ intervention: Intervention, frozen: FrozenPart = .nothing) {
        self.layer = layer
        self.neuron = neuron
        self.intervention = intervention
        self.frozen = frozen
    }
}
