/// Neurons in sets, which grow together where two of their neurons are linked.
struct NeuronSets {
    /// Of each neuron one of its set with no larger number; of the set's first neuron itself.
    private var parents: [Int32]

    /// Each neuron alone.
    init(count: Int) { parents = (0..<Int32(count)).map { $0 } }

    /// The first neuron of the set that a neuron is in.
    mutating func first(of neuron: Int) -> Int {
        var neuron = neuron
        while Int(parents[neuron]) != neuron {
            parents[neuron] = parents[Int(parents[neuron])]
            neuron = Int(parents[neuron])
        }
        return neuron
    }

    /// Makes one set of those of two neurons.
    ///
    /// - Returns: whether they were two.
    mutating func join(_ one: Int, _ other: Int) -> Bool {
        let (one, other) = (first(of: one), first(of: other))
        parents[max(one, other)] = Int32(min(one, other))
        return one != other
    }
}
