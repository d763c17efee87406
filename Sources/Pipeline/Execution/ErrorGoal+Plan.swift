import Analysis
import SystemPackage

extension ErrorGoal {
    /// What the plan tells of the resolution is sure to within this: the mask leaves replicates a little larger and smaller.
    private static let planAllowance = 0.9

    /// Makes sure, before anything is computed, that the replicates of a plan can show so small an error at all.
    ///
    /// - Throws: `PipelineError.standardErrorTooSmall`. What is hardly too small is found out by the first analysis.
    public func check(_ plan: RunPlan, in folder: FilePath) throws {
        let planned = plan.numbers.corpus
        guard let model = plan.numbers.models.first(where: { $0.id == plan.configuration.reference.id }),
            let count = StandardErrorFinding.smallestOfCount(replicateTokens: plan.replicateTokens)
        else { return }
        let smallest = count / Double(max(1, model.layers * model.columns))
        guard standardError < Self.planAllowance * smallest else { return }
        throw PipelineError.standardErrorTooSmall(
            folder: folder, wanted: standardError, smallest: smallest, replicates: planned.replicates)
    }
}

extension RunPlan {
    /// Raw tokens of each replicate; those of a budget that leaves one of them empty are taken for equal, as a larger one makes them.
    var replicateTokens: [Int] {
        let (replicates, windowTokens) = (numbers.corpus.replicates, numbers.corpus.windowTokens)
        guard windows >= replicates, replicates > 0 else { return Array(repeating: windowTokens, count: max(0, replicates)) }
        var sizes = (0..<replicates).map { (windows / replicates + ($0 < windows % replicates ? 1 : 0)) * windowTokens }
        // The corpus may end within the last window.
        sizes[(windows - 1) % replicates] -= windows * windowTokens - tokens
        return sizes
    }
}
