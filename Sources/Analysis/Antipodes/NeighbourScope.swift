/// The best partners of each neuron of a model among the neurons of its own layer, or among all.
///
/// Arrays are over the model's neurons, layer by layer, and a partner is its index among these.
public struct NeighbourScope: Hashable, Sendable {
    /// The largest cosine of w_in with another neuron's.
    public private(set) var closestInput: BestPartners
    /// The smallest one.
    public private(set) var mostOpposedInput: BestPartners
    /// The largest cosine of w_out with another neuron's.
    public private(set) var closestOutput: BestPartners
    /// The smallest one.
    public private(set) var mostOpposedOutput: BestPartners
    /// The largest product of both cosines where both are negative: the neuron's antipode.
    public private(set) var antipodes: BestPartners
    /// The largest product of both cosines where both are positive: the neuron's nearest duplicate.
    public private(set) var duplicates: BestPartners

    /// Of no neurons.
    init() {
        let none = BestPartners(neurons: 0)
        (closestInput, mostOpposedInput, closestOutput, mostOpposedOutput, antipodes, duplicates) = (none, none, none, none, none, none)
    }

    /// Of a layer's neurons in the layers that were scanned.
    ///
    /// - Parameter neighbours: each layer with the index of its first neuron, in order.
    init(_ neighbours: [(first: Int, LayerNeighbours)], neurons: Int) {
        func merged(_ isBetter: (Float, Float) -> Bool, _ column: (LayerNeighbours) -> BestPartners) -> BestPartners {
            var all = BestPartners(neurons: neurons)
            for (first, layer) in neighbours { all.merge(column(layer).shifted(by: first), isBetter: isBetter) }
            return all
        }
        closestInput = merged(>) { $0.highest(.inputs) }
        mostOpposedInput = merged(<) { $0.lowest(.inputs) }
        closestOutput = merged(>) { $0.highest(.outputs) }
        mostOpposedOutput = merged(<) { $0.lowest(.outputs) }
        antipodes = merged(>, \.antipodes)
        duplicates = merged(>, \.duplicates)
    }

    /// Takes in the neurons of the next layer.
    mutating func append(_ other: NeighbourScope) {
        closestInput = .concatenating([closestInput, other.closestInput])
        mostOpposedInput = .concatenating([mostOpposedInput, other.mostOpposedInput])
        closestOutput = .concatenating([closestOutput, other.closestOutput])
        mostOpposedOutput = .concatenating([mostOpposedOutput, other.mostOpposedOutput])
        antipodes = .concatenating([antipodes, other.antipodes])
        duplicates = .concatenating([duplicates, other.duplicates])
    }

    /// The figures by their names.
    public var columns: [(name: String, best: BestPartners)] {
        [
            ("in_max_cos", closestInput), ("in_min_cos", mostOpposedInput), ("out_max_cos", closestOutput),
            ("out_min_cos", mostOpposedOutput), ("antipode", antipodes), ("duplicate", duplicates),
        ]
    }
}
