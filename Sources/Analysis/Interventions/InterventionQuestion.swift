import Models
import Storage

/// What is asked of a model's neurons: the conditions under which its predictions are measured, the unmodified run beside them (SPEC 7).
public struct InterventionQuestion: Hashable, Codable, Sendable {
    /// The model's id in the run.
    public let model: String
    /// The conditions, neuron by neuron, change by change.
    public let conditions: [InterventionCondition]
    /// Whether the divergence from token frequencies is measured too.
    public let hasFrequencies: Bool

    /// A question of all changes of all neurons.
    ///
    /// - Parameters:
    ///   - neurons: each once.
    ///   - changes: of a neuron.
    ///   - frozen: what each change is looked at with; with ``FrozenPart/frequency`` among them divergences are measured.
    public init(model: String, neurons: [NeuronPlace], frozen: [FrozenPart], changes: (NeuronPlace) -> [Intervention]) {
        self.model = model
        hasFrequencies = frozen.contains(.frequency)
        conditions = neurons.flatMap { place in
            changes(place).flatMap { change in
                frozen.map { InterventionCondition(layer: place.layer, neuron: place.neuron, change, frozen: $0) }
            }
        }
    }

    /// What is measured, in the order of the sums.
    public var measures: [PredictionMeasures.Kind] { PredictionMeasures.Kind.allCases.filter { $0 != .divergence || hasFrequencies } }

    /// What the answer to this question over the rows of a plan is known by.
    ///
    /// - Parameter kernels: those that compute, where they are not the plan's.
    /// - Throws: `StorageError.unencodable`.
    public func identity(in plan: Digest, kernels: String? = nil) throws -> Digest {
        var builder = DigestBuilder()
        // What is measured and where: another program that measures otherwise must not go on with these sums.
        builder.update("interventions 1: sums over positions 1 to tokens - 2 of a row")
        builder.update(plan.bytes)
        if let kernels { builder.update("kernels \(kernels)") }
        builder.update(try JSONFile.encode(self, isPretty: false))
        return builder.finalize()
    }
}
