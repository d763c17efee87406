/// Which neuron of another model each neuron of a model is compared with.
public struct FiringPartners: Sendable, Equatable {
    /// The layers of the model, and the neurons of each.
    public let layers: Int, width: Int
    /// The same of the other model.
    public let otherLayers: Int, otherWidth: Int
    /// Of each neuron, layer · width + number, the partner's place in the same order; −1 for none.
    public let partners: [Int32]

    /// Partners.
    ///
    /// - Precondition: one for each neuron, each −1 or a neuron of the other model.
    public init(layers: Int, width: Int, otherLayers: Int, otherWidth: Int, partners: [Int32]) {
        precondition(partners.count == layers * width, "a partner for each neuron")
        precondition(partners.allSatisfy { $0 >= -1 && Int($0) < otherLayers * otherWidth }, "a partner that the other model does not have")
        (self.layers, self.width, self.otherLayers, self.otherWidth) = (layers, width, otherLayers, otherWidth)
        self.partners = partners
    }

    /// The last layer of the other model that has a partner; nil for no partners at all.
    public var lastOtherLayer: Int? { partners.max().flatMap { $0 < 0 ? nil : Int($0) / otherWidth } }

    /// The neurons whose partner lies in each layer of the other model, ascending.
    var neuronsByLayer: [[Int]] {
        var neurons = [[Int]](repeating: [], count: otherLayers)
        for (neuron, partner) in partners.enumerated() where partner >= 0 { neurons[Int(partner) / otherWidth].append(neuron) }
        return neurons
    }
}
