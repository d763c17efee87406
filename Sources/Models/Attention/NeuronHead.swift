/// A neuron and a head of a later layer that may read what it writes.
public struct NeuronHead: Hashable, Codable, Sendable {
    /// The neuron's layer and its number within it.
    public let layer, neuron: Int
    /// The head's layer and its number within it.
    public let headLayer, head: Int

    /// A pair.
    public init(layer: Int, neuron: Int, headLayer: Int, head: Int) {
        self.layer = layer
        self.neuron = neuron
        self.headLayer = headLayer
        self.head = head
    }
}
