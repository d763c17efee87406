/// A neuron of a model by its layer and its number in there, both from 0.
public struct NeuronPlace: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The layer.
    public let layer: Int
    /// The number within the layer.
    public let neuron: Int

    /// A neuron.
    public init(layer: Int, neuron: Int) {
        self.layer = layer
        self.neuron = neuron
    }

    /// As people write it: `3.178`.
    public var description: String { "\(layer).\(neuron)" }

    /// By layer, then by number.
    public static func < (x: NeuronPlace, y: NeuronPlace) -> Bool { (x.layer, x.neuron) < (y.layer, y.neuron) }
}
