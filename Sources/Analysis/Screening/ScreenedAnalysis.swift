import Kernels
import Statistics
import Synchronization

/// Universality where only candidate partners were followed over all tokens.
///
/// Best partners, their errors and cross-fitted choices are over the candidates' exact sums; the random baseline, and its share of the
/// errors, is the pilot's. Nothing is said about a neuron's other partners: the pairs' summaries have their highest ends only.
///
///     let result = try ScreenedAnalysis(statistics: store, configuration: configuration, pilot: pilot)
///         .run(team: team, memory: 2 << 30)
public struct ScreenedAnalysis: Sendable {
    let plan: UniversalityPlan
    let statistics: StoredStatistics
    let pilot: PilotAnalysis

    /// Prepares an analysis.
    ///
    /// - Parameters:
    ///   - statistics: of a run whose plan has candidates.
    ///   - pilot: with the summaries of all groups, asked for the same rotations.
    /// - Throws: an `AnalysisError` when the configuration does not fit the statistics.
    public init(statistics: StoredStatistics, configuration: UniversalityConfiguration, pilot: PilotAnalysis) throws {
        plan = try UniversalityPlan(layout: statistics.layout, replicates: statistics.replicates, configuration: configuration)
        self.statistics = statistics
        self.pilot = pilot
    }

    /// The groups to summarise, in plan order.
    public var groups: [Int] { plan.groups }

    /// Blocks of the reference's neurons with those of other models: what `finding` goes through in the pilot.
    public var comparedBlocks: Int { plan.referenceBlocks(of: plan.groups) }

    /// What it takes of memory.
    public var memory: ScreenedMemory {
        ScreenedMemory(plan: plan, kept: plan.layout.blocks.map { statistics.candidates(of: $0)?.count })
    }

    /// Summarises all groups and merges them; the result depends neither on the threads nor on the memory.
    ///
    /// - Parameters:
    ///   - team: the threads; as many of them work as the memory is enough for, and at least one.
    ///   - memory: bytes that the merged tables and the groups at work may take together.
    ///   - check: asked before each block, from any thread; what it throws ends the analysis.
    ///   - progress: called after each group, one call at a time.
    /// - Throws: an `AnalysisError`, or what the statistics or `check` throw.
    public func run(
        team: ThreadTeam, memory: Int, check: @escaping @Sendable () throws -> Void = {}, progress: (@Sendable () -> Void)? = nil
    ) throws -> UniversalityResult {
        let merger = Mutex(UniversalityMerger(plan: plan))
        let placement = self.memory.placement(threads: team.count, memory: memory)
        try ThreadTeam(count: placement.groups).forEach(plan.groups.count) { item, _ in
            let summary = try summary(of: plan.groups[item], check: check)
            try merger.withLock {
                try $0.add(summary)
                progress?()
            }
        }
        return try merger.withLock { try $0.finish() }
    }

    private func summary(of group: Int, check: () throws -> Void) throws -> GroupSummary {
        guard let m = plan.others.firstIndex(where: { $0.groups.contains(group) }), let own = plan.layout.block(rows: group, columns: group)
        else { throw AnalysisError.foreignSummary(group: "\(group)", reason: "it is no layer of a compared model") }
        let model = plan.others[m]
        var pairs: [PairPart] = []
        var scans: [CandidateScan] = []
        for earlier in plan.earlier(thanGroup: group) {
            let scan = try CandidateScan(of: earlier, against: group, of: model, plan: plan, statistics: statistics, check: check)
            pairs.append(scan.pairPart)
            scans.append(scan)
        }
        guard let reference = scans.first else { throw AnalysisError.unknownModel(id: plan.reference.id, known: plan.layout.sources) }
        // The pilot's maxima are over all layers of the model already, and largest values merge: one group brings them.
        let rotated = pilot.rotatedMaxima(model: m)
        let isFirst = group == model.groups.first
        return GroupSummary(
            group: group, name: plan.layout.groups[group].name, columns: plan.layout.groups[group].columns,
            zeroVariance: GroupAnalysis.zeroes(
                try statistics.moments(of: own, over: plan.design.sets[0]).columns.variance, offset: 0), pairs: pairs,
            reference: ReferencePart(
                tokens: reference.tokens, maxima: reference.maxima,
                rotatedMaxima: isFirst ? rotated : Array(repeating: -.infinity, count: rotated.count), crossfit: reference.crossfit))
    }
}
