import Analysis

/// Which neurons of the reference prompts are written for.
public enum NeuronChoice: Hashable, Sendable {
    /// The universal ones.
    case universal
    /// So many of the highest excess correlation, universal or not.
    case strongest(Int)
    /// These.
    case named([NeuronPlace])

    /// The neurons, each once: named ones in their order, others by falling excess.
    ///
    /// - Throws: `PipelineError.noSuchNeuron`; `.nothingToExplain` where none is universal; `.resultsMissing` where the run is not analysed,
    ///   and neurons are not named.
    func neurons(of plan: RunPlan, in folder: RunFolder) throws -> [NeuronPlace] {
        let chosen: [NeuronPlace]
        switch self {
        case .named(let neurons): chosen = neurons
        case .strongest, .universal: chosen = try neurons(inTableOf: folder)
        }
        let reference = plan.numbers.models[0]
        for place in chosen where !reference.holds(place) {
            throw PipelineError.noSuchNeuron(
                layer: place.layer, neuron: place.neuron, model: reference.id, layers: reference.layers, width: reference.columns)
        }
        var seen: Set<NeuronPlace> = []
        return chosen.filter { seen.insert($0).inserted }
    }

    /// The neurons that the results of the run's analysis decide.
    private func neurons(inTableOf folder: RunFolder) throws -> [NeuronPlace] {
        let table = try RunResults(folder).table
        let excess = table.numbers(of: "excess_corr") ?? []
        let isUniversal = table.cells(of: "universal") ?? []
        guard excess.count == table.neurons.count, isUniversal.count == table.neurons.count else {
            throw PipelineError.nothingToExplain(
                folder: folder.path, reason: "neurons.csv has no columns excess_corr and universal",
                remedy: "analyse the run again: `universal-neurons analyze \(folder.path)`")
        }
        func order(_ row: Int) -> Double { excess[row].isNaN ? -.infinity : excess[row] }
        // Stable: equal ones stay in the order of the table.
        let rows = excess.indices.sorted { (order($1), $0) < (order($0), $1) }
        let chosen: [Int]
        switch self {
        case .strongest(let count): chosen = Array(rows.prefix(count))
        case .universal, .named: chosen = rows.filter { isUniversal[$0] == "1" }
        }
        guard !chosen.isEmpty else {
            throw PipelineError.nothingToExplain(
                folder: folder.path, reason: "no neuron is universal", remedy: "choose neurons with --top N or --neurons")
        }
        return chosen.map { NeuronPlace(layer: table.neurons[$0].layer, neuron: table.neurons[$0].neuron) }
    }
}

extension PlannedModel {
    /// Whether the model has such a neuron.
    func holds(_ neuron: NeuronPlace) -> Bool { (0..<layers).contains(neuron.layer) && (0..<columns).contains(neuron.neuron) }
}
