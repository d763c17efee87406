import Analysis
import Models

/// What people ask of neurons: which ones, what is done to them, and what is kept from changing with them.
public struct InterventionRequest: Sendable {
    /// The neurons, each once.
    public var neurons: [NeuronPlace]
    /// What is done.
    public var kind: Intervention.Kind
    /// The values of a kind that has some and is not the mean.
    public var values: [Float]
    /// To which number.
    public var place: Intervention.Place
    /// What each change is looked at with.
    public var frozen: [FrozenPart]
    /// The model's id; nil: the reference.
    public var model: String?

    /// A request; neurons and values are asked for once each, in rising order, so that the same request is known again.
    ///
    /// - Precondition: There are values where the kind takes them and is not the mean.
    public init(
        neurons: [NeuronPlace], kind: Intervention.Kind = .fixed, values: [Float] = Intervention.authorsValues,
        place: Intervention.Place = .post, frozen: [FrozenPart] = [.nothing], model: String? = nil
    ) {
        precondition(!kind.hasValue || kind == .mean || !values.isEmpty, "a change without its value")
        self.neurons = Set(neurons).sorted()
        self.kind = kind
        self.values = Set(values).sorted()
        self.place = place
        self.frozen = frozen
        self.model = model
    }

    /// The question that it is in a plan.
    ///
    /// A mean is the exact one of the run's sums where these are all in its folder, else the provisional one of its calibration
    /// (``NeuronMeans``): another mean is another question. That of what goes into the nonlinearity is exact, or there is none.
    ///
    /// - Throws: `PipelineError.noSuchModel`, `.noSuchNeuron`, `.meanNotKept`, `.meanNotHere`, `.corpusChanged`; errors of the store and the
    ///   calibration's file.
    func question(of plan: RunPlan, in folder: RunFolder) throws -> InterventionQuestion {
        let models = plan.numbers.models
        guard let planned = model.map({ id in models.first { $0.id == id } }) ?? models.first else {
            throw PipelineError.noSuchModel(model: model ?? "", folder: folder.path, models: models.map(\.id))
        }
        for place in neurons {
            guard (0..<planned.layers).contains(place.layer), (0..<planned.mlpWidth).contains(place.neuron) else {
                throw PipelineError.noSuchNeuron(
                    layer: place.layer, neuron: place.neuron, model: planned.id, layers: planned.layers, width: planned.mlpWidth)
            }
        }
        let means =
            try kind == .mean ? NeuronMeans(of: Set(neurons.map(\.layer)), at: place, model: planned.id, plan: plan, in: folder) : nil
        return InterventionQuestion(model: planned.id, neurons: neurons, frozen: frozen, mean: means?.origin) { neuron in
            switch kind {
            case .zero, .threshold, .relu: [Intervention(kind, place: place)]
            case .mean: [Intervention(kind, value: means?[neuron], place: place)]
            case .fixed, .multiply: values.map { Intervention(kind, value: $0, place: place) }
            }
        }
    }
}
