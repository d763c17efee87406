import Analysis
import Models

/// Chooses the neurons and heads of a path ablation.
struct PathChoice {
    /// The model's id, for messages.
    let model: String
    let weights: ProcessedWeights
    /// What rows begin with.
    let token: Int
    let context: JobContext

    /// The paths that a request asks for, with their scores.
    ///
    /// - Throws: `PipelineError.noSuchNeuron`, `.noSuchHead`, `.noHeadAfterNeuron`, `.noNeuronBeforeHead`; errors of the weights.
    func paths(_ request: PathAblationRequest) throws -> [AttentionNeuron] {
        try check(request)
        let (neurons, head) = (Set(request.neurons), request.head)
        let (layers, heads) = (weights.configuration.layers, weights.configuration.heads)
        let stop = context.stop
        let analysis = AttentionAnalysis(
            weights, token: token, length: neurons.isEmpty ? request.paths : neurons.count * layers * heads,
            isWanted: { pair in
                (neurons.isEmpty || neurons.contains(.init(layer: pair.layer, neuron: pair.neuron)))
                    && (head.map { $0 == .init(layer: pair.headLayer, head: pair.head) } ?? true)
            }, team: context.team, check: { try stop.check() })
        let ranking = try analysis.run().ranking
        guard !request.neurons.isEmpty else {
            guard ranking.isEmpty else { return ranking }
            throw PipelineError.noNeuronBeforeHead(model: model, head: head.map { "\($0.layer).\($0.head)" })
        }
        var chosen = Set<NeuronPlace>()
        return try request.neurons.filter { chosen.insert($0).inserted }.map { neuron in
            // The first one is the strongest.
            guard let found = ranking.first(where: { $0.pair.layer == neuron.layer && $0.pair.neuron == neuron.neuron }) else {
                throw PipelineError.noHeadAfterNeuron(
                    layer: neuron.layer, neuron: neuron.neuron, model: model, head: head.map { "\($0.layer).\($0.head)" })
            }
            return found
        }
    }

    private func check(_ request: PathAblationRequest) throws {
        let configuration = weights.configuration
        for neuron in request.neurons
        where !(0..<configuration.layers).contains(neuron.layer) || !(0..<configuration.mlpWidth).contains(neuron.neuron) {
            throw PipelineError.noSuchNeuron(
                layer: neuron.layer, neuron: neuron.neuron, model: model, layers: configuration.layers, width: configuration.mlpWidth)
        }
        if let head = request.head,
            !(0..<configuration.layers).contains(head.layer) || !(0..<configuration.heads).contains(head.head)
        {
            throw PipelineError.noSuchHead(
                layer: head.layer, head: head.head, model: model, layers: configuration.layers, heads: configuration.heads)
        }
    }
}
