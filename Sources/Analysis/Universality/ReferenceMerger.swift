/// Merges what column groups say about the reference's neurons, in any order: maxima and cross-fitted choices for each other model, and counted
/// tokens.
struct ReferenceMerger: Sendable {
    let plan: UniversalityPlan
    /// One for each other model.
    private(set) var models: [ReferenceAccumulator]
    private var tokens: [Int: [Int]] = [:]

    init(plan: UniversalityPlan) {
        self.plan = plan
        models = plan.others.map { _ in
            ReferenceAccumulator(
                neurons: plan.reference.neurons, sets: plan.design.sets.count, matrices: plan.configuration.rotations.matrices)
        }
    }

    /// Why a group's part cannot be taken in, or nil.
    func problem(ofGroup group: Int) -> String? {
        if plan.model(ofGroup: group) == nil { return "it is no layer of a compared model" }
        return tokens[group] == nil ? nil : "it is merged already"
    }

    /// Takes a part in that fits the plan.
    mutating func add(_ part: ReferencePart, ofGroup group: Int) {
        guard let model = plan.others.firstIndex(where: { $0.groups.contains(group) }) else { return }
        models[model].add(part)
        tokens[group] = part.tokens
    }

    /// Makes sure that all groups have come.
    ///
    /// - Throws: `AnalysisError.missingSummaries`.
    func checkComplete() throws {
        let missing = plan.groups.filter { tokens[$0] == nil }
        if !missing.isEmpty { throw AnalysisError.missingSummaries(groups: missing.map { plan.layout.groups[$0].name }) }
    }

    /// Counted tokens of each replicate. Blocks of a complete run all count the same tokens; of an incomplete one, a replicate has as many as
    /// the poorest block.
    var replicateTokens: [Int] { (0..<plan.design.replicates).map { r in plan.groups.compactMap { tokens[$0]?[r] }.min() ?? 0 } }

    /// Means, excess and error bars.
    var estimates: UniversalityEstimates { UniversalityEstimates(plan: plan, replicateTokens: replicateTokens, references: models) }
}
