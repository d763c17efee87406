import Analysis
import Storage
import Synchronization

/// What the weights of a run's models say about their neurons, as far as an analysis has found it.
///
/// Weights do not change with the budget: whoever analyses a run again and again hands the same object to each analysis, and they are read
/// once.
public final class KnownWeights: Sendable {
    private struct Key: Hashable {
        let plan: Digest
        let model: String
    }

    private let findings = Mutex<[Key: WeightFindings]>([:])

    /// Nothing is known yet.
    public init() {}

    /// What is known of a model of a plan.
    func findings(of model: String, in plan: RunPlan) -> WeightFindings? {
        findings.withLock { $0[Key(plan: plan.identity, model: model)] }
    }

    /// Keeps what was found.
    func keep(_ found: WeightFindings, of model: String, in plan: RunPlan) {
        findings.withLock { $0[Key(plan: plan.identity, model: model)] = found }
    }
}
