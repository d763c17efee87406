import Analysis
import Storage
import Synchronization

/// What the weights of a run's models say about their neurons, as far as an analysis has found it.
///
/// Weights do not change with the budget: whoever analyses a run again and again hands the same object to each analysis, and they are read
/// once.
public final class KnownWeights: Sendable {
    /// What is known of one model; nil where it is not.
    struct Findings: Sendable {
        /// What the weights say about each neuron by itself.
        var weights: WeightFindings?
        /// All pairs of neurons, without the correlations within layers, which tokens change.
        var antipodes: AntipodeFindings?
        /// What the unembedding sees of each neuron.
        var nullSpace: NeuronNullSpace?
        /// How far each neuron moves logits along the frequencies of the plan's tokens.
        var frequencies: FrequencyAlignment?
        /// Which heads each neuron turns.
        var attention: AttentionFindings?
    }

    private struct Key: Hashable {
        let plan: Digest
        let model: String
    }

    private let findings = Mutex<[Key: Findings]>([:])

    /// Nothing is known yet.
    public init() {}

    /// What is known of a model of a plan.
    func findings(of model: String, in plan: RunPlan) -> Findings {
        findings.withLock { $0[Key(plan: plan.identity, model: model)] ?? Findings() }
    }

    /// Keeps what was found.
    func keep(of model: String, in plan: RunPlan, _ change: (inout Findings) -> Void) {
        findings.withLock { change(&$0[Key(plan: plan.identity, model: model), default: Findings()]) }
    }
}
