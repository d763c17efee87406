import Analysis
import Kernels
import Models
import Statistics

/// What the feature bank says about the neurons of a run's models.
public struct RunExplanations: Sendable {
    /// Of the reference.
    public let reference: FeatureExplanations
    /// Of the others, in the plan's order; empty where the plan has features of the reference alone.
    public let others: [ModelExplanations]

    /// What was found before.
    init(reference: FeatureExplanations, others: [ModelExplanations]) {
        self.reference = reference
        self.others = others
    }

    /// Explains the neurons of all models that the statistics have blocks with features of, one model after the other.
    ///
    /// - Parameter check: asked before each block, from any thread; what it throws ends the work.
    /// - Throws: an `AnalysisError`, what `statistics` and `check` throw.
    init(_ statistics: StoredStatistics, bank: [FeatureColumn], team: ThreadTeam, check: @escaping @Sendable () throws -> Void) throws {
        reference = try FeatureExplanations(statistics: statistics, bank: bank, team: team, check: check)
        others = try statistics.layout.otherExplainedModels.map { model in
            ModelExplanations(
                model: model,
                explanations: try FeatureExplanations(statistics: statistics, of: model, bank: bank, team: team, check: check))
        }
    }

    /// What it says about a model; nil for one that was not explained.
    ///
    /// - Parameter model: its id.
    public func explanations(of model: String) -> FeatureExplanations? { others.first { $0.model == model }?.explanations }
}
