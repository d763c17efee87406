/// Where the numbers of conditions lie: layers that some condition begins in, the neurons that are replaced there, and what drives neurons.
struct SubstitutionPlaces: Sendable {
    /// A neuron of one of the two models.
    struct Neuron: Hashable, Sendable {
        let layer, neuron: Int
    }

    /// One condition, layer by layer.
    struct Condition: Sendable {
        /// The first layer with a replaced neuron.
        let first: Int
        /// Those of each layer.
        let layers: [Int: [NeuronSubstitution]]
    }

    /// In the order in which they were asked for.
    let conditions: [Condition]
    /// The layers that some condition begins in, ascending.
    let layers: [Int]
    /// Neurons that are replaced in a condition's first layer, in order.
    let neurons: [Neuron]
    /// Neurons of the other model that drive others, in order.
    let sources: [Neuron]
    private let placeOfNeuron, placeOfSource: [Neuron: Int]

    init(_ conditions: [[NeuronSubstitution]]) {
        let found = conditions.map { substitutions in
            Condition(first: substitutions.map(\.layer).min() ?? 0, layers: Dictionary(grouping: substitutions, by: \.layer))
        }
        func sorted(_ neurons: some Sequence<Neuron>) -> [Neuron] {
            Set(neurons).sorted { ($0.layer, $0.neuron) < ($1.layer, $1.neuron) }
        }
        neurons = sorted(
            found.flatMap { condition in (condition.layers[condition.first] ?? []).map { Neuron(layer: $0.layer, neuron: $0.neuron) } })
        sources = sorted(conditions.joined().compactMap(\.source).map { Neuron(layer: $0.layer, neuron: $0.neuron) })
        placeOfNeuron = Dictionary(uniqueKeysWithValues: neurons.enumerated().map { ($1, $0) })
        placeOfSource = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, $0) })
        layers = Set(found.map(\.first)).sorted()
        self.conditions = found
    }

    /// The row of a replaced neuron's outputs.
    func place(of substitution: NeuronSubstitution) -> Int? {
        placeOfNeuron[Neuron(layer: substitution.layer, neuron: substitution.neuron)]
    }

    /// The row of what drives a neuron; nil where nothing does.
    func place(of source: NeuronSubstitution.Source?) -> Int? {
        source.flatMap { placeOfSource[Neuron(layer: $0.layer, neuron: $0.neuron)] }
    }
}
