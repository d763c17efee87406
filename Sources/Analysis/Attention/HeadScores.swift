import Models

/// What the neurons of a layer and the heads of a model have to do with each other, by weights alone: `[neurons, layers, heads]` each, NaN
/// where nothing goes from one to the other. A neuron's output reaches the heads of later layers; a head's output reaches the neurons of
/// later layers, and those of its own unless these read what it reads.
public struct HeadScores: Sendable {
    /// The neurons' layer.
    public let layer: Int
    /// How many neurons there are.
    public let neurons: Int
    /// How many layers the model has, and heads in each.
    public let layers, heads: Int
    /// How much the neuron turns the head's queries towards the key of a row's first token: ŵ_out · W_Q k_BOS / √(head width).
    public internal(set) var score: [Float]
    /// The composition scores by kind; empty where they were not asked for.
    public internal(set) var composition: [CompositionKind: [Float]]

    init(layer: Int, neurons: Int, layers: Int, heads: Int, kinds: [CompositionKind]) {
        (self.layer, self.neurons, self.layers, self.heads) = (layer, neurons, layers, heads)
        let nothing = [Float](repeating: .nan, count: neurons * layers * heads)
        score = nothing
        composition = Dictionary(uniqueKeysWithValues: kinds.map { ($0, nothing) })
    }

    /// The place of a neuron and a head in the lists.
    public func place(neuron: Int, headLayer: Int, head: Int) -> Int { (neuron * layers + headLayer) * heads + head }

    /// The neuron and the head at a place.
    func pair(at place: Int) -> NeuronHead {
        NeuronHead(layer: layer, neuron: place / (layers * heads), headLayer: place / heads % layers, head: place % heads)
    }
}
