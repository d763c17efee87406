/// A neuron of one of the models that are compared among themselves.
public struct CliqueMember: Hashable, Sendable, Comparable {
    /// The model's place among them.
    public let model: Int
    /// The neuron's index within the model.
    public let neuron: Int

    /// A neuron of a model.
    public init(model: Int, neuron: Int) {
        self.model = model
        self.neuron = neuron
    }

    /// By model, then by neuron.
    public static func < (first: CliqueMember, second: CliqueMember) -> Bool {
        (first.model, first.neuron) < (second.model, second.neuron)
    }
}
