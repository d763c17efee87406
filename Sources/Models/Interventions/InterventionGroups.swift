/// Conditions by layer, neuron and intervention: what is computed once for all that need it.
struct InterventionGroups: Sendable {
    /// One change of one neuron, and the conditions that it is looked at under.
    struct Change {
        let intervention: Intervention
        /// Places in the list of conditions, and what each keeps frozen.
        var endings: [(condition: Int, frozen: FrozenPart)]
    }

    /// A neuron that is changed.
    struct Neuron {
        let layer, neuron: Int
        var changes: [Change]

        var readsInput: Bool { changes.contains { $0.intervention.place == .pre } }
    }

    /// Neurons by layer, each layer's in order of their numbers.
    let neurons: [Neuron]
    /// The layers that have some, ascending.
    let layers: [Int]

    init(_ conditions: [InterventionCondition]) {
        var found: [Neuron] = []
        var places: [[Int]: Int] = [:]
        for (index, condition) in conditions.enumerated() {
            let name = [condition.layer, condition.neuron]
            let place = places[name] ?? found.count
            if place == found.count { found.append(Neuron(layer: condition.layer, neuron: condition.neuron, changes: [])) }
            places[name] = place
            let ending = (condition: index, frozen: condition.frozen)
            if let change = found[place].changes.firstIndex(where: { $0.intervention == condition.intervention }) {
                found[place].changes[change].endings.append(ending)
            } else {
                found[place].changes.append(Change(intervention: condition.intervention, endings: [ending]))
            }
        }
        neurons = found.sorted { ($0.layer, $0.neuron) < ($1.layer, $1.neuron) }
        layers = Set(neurons.map(\.layer)).sorted()
    }
}
