import Statistics

/// Merges the summaries of all groups; they may come in any order and from anywhere, the result has the same bits.
///
/// Maxima, tails and histograms merge exactly; sums of float64 are kept apart for each group and added in plan order at the end.
public struct UniversalityMerger: Sendable {
    let plan: UniversalityPlan
    private(set) var pairs: [PairAccumulator] = []
    private var reference: ReferenceMerger
    private(set) var zeroVariance: [String: Set<Int32>] = [:]

    /// Merges summaries of groups whose statistics lie elsewhere.
    ///
    /// - Parameter replicates: how many replicates the plan has.
    /// - Throws: an `AnalysisError` when the configuration does not fit the layout.
    public init(layout: StatisticsLayout, replicates: Int, configuration: UniversalityConfiguration) throws {
        self.init(plan: try UniversalityPlan(layout: layout, replicates: replicates, configuration: configuration))
    }

    /// The groups whose summaries are merged, in plan order.
    public var groups: [Int] { plan.groups }

    init(plan: UniversalityPlan) {
        self.plan = plan
        reference = ReferenceMerger(plan: plan)
        for later in plan.others {
            for earlier in plan.earlier(thanGroup: later.groups.first ?? -1) {
                pairs.append(PairAccumulator(earlier: earlier, later: later, plan: plan))
            }
        }
    }

    /// Takes a summary in.
    ///
    /// - Throws: `AnalysisError.foreignSummary` when it came before, or was made for another layout or configuration.
    public mutating func add(_ summary: GroupSummary) throws {
        func refuse(_ reason: String) -> AnalysisError { .foreignSummary(group: summary.name, reason: reason) }
        if let problem = reference.problem(ofGroup: summary.group) ?? summary.problem(in: plan) { throw refuse(problem) }
        guard let later = plan.model(ofGroup: summary.group), let layer = later.groups.firstIndex(of: summary.group) else {
            throw refuse("it is no layer of a compared model")
        }
        for part in summary.pairs {
            guard let place = pairs.firstIndex(where: { $0.later == later && $0.earlier.id == part.earlier }) else {
                throw refuse("it compares with '\(part.earlier)'")
            }
            pairs[place].add(part, layer: layer)
            zeroVariance[part.earlier, default: []].formUnion(part.zeroVariance)
        }
        zeroVariance[later.id, default: []].formUnion(summary.zeroVariance.map { $0 + Int32(later.offsets[layer]) })
        reference.add(summary.reference, ofGroup: summary.group)
    }

    /// Makes sure that all groups have come.
    ///
    /// - Throws: `AnalysisError.missingSummaries`.
    func checkComplete() throws { try reference.checkComplete() }

    /// Counted tokens of each replicate.
    var replicateTokens: [Int] { reference.replicateTokens }

    /// What is merged of the reference's neurons, for each other model.
    var references: [ReferenceAccumulator] { reference.models }

    /// The result of the analysis.
    ///
    /// - Throws: `AnalysisError.missingSummaries` when a group has not come.
    public func finish() throws -> UniversalityResult {
        try checkComplete()
        let pairs = pairs.map { $0.finish() }
        let matches = plan.others.map { other in
            let partners = pairs.first { $0.later == other && $0.earlier == plan.reference }?.forward.partners.highest
            return (best: partners?.firstValues ?? [], partner: partners?.firstPartners ?? [])
        }
        return reference.estimates.result(
            best: matches, pairs: pairs, zeroVariance: zeroVariance.mapValues { $0.map(Int.init).sorted() })
    }
}
