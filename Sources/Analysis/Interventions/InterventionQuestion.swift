import Models

/// What is asked of a model's neurons: the conditions under which its predictions are measured, the unmodified run beside them (SPEC 7).
public struct InterventionQuestion: PredictionQuestion {
    /// The pass's measures.
    public typealias Measures = PredictionMeasures
    /// What adds up the sums of rows.
    public typealias Tally = InterventionTally

    /// What answers are called.
    public static let name = "interventions"
    /// What is done, for people who look on.
    public static let activity = "intervening"

    /// The model's id in the run.
    public let model: String
    /// The conditions, neuron by neuron, change by change.
    public let conditions: [InterventionCondition]
    /// Whether the divergence from token frequencies is measured too.
    public let hasFrequencies: Bool

    /// Of which origin the means are that neurons are set to; nil where none is set to its mean.
    public let mean: MeanOrigin?

    /// A question of all changes of all neurons.
    ///
    /// - Parameters:
    ///   - neurons: each once.
    ///   - changes: of a neuron.
    ///   - frozen: what each change is looked at with; with ``FrozenPart/frequency`` among them divergences are measured.
    ///   - mean: of which origin the values of changes to the mean are.
    public init(
        model: String, neurons: [NeuronPlace], frozen: [FrozenPart], mean: MeanOrigin? = nil, changes: (NeuronPlace) -> [Intervention]
    ) {
        self.model = model
        self.mean = mean
        hasFrequencies = frozen.contains(.frequency)
        conditions = neurons.flatMap { place in
            changes(place).flatMap { change in
                frozen.map { InterventionCondition(layer: place.layer, neuron: place.neuron, change, frozen: $0) }
            }
        }
    }

    /// As ``mean``; questions that were kept before they named it went by the calibration.
    public var meanOrigin: MeanOrigin? { mean ?? (conditions.contains { $0.intervention.kind == .mean } ? .provisional : nil) }

    /// The neurons that are changed.
    public var places: Set<NeuronPlace> { Set(conditions.map { NeuronPlace(layer: $0.layer, neuron: $0.neuron) }) }

    /// What is measured, in the order of the sums.
    public var measures: [PredictionMeasures.Kind] { PredictionMeasures.Kind.allCases.filter { $0 != .divergence || hasFrequencies } }
}
