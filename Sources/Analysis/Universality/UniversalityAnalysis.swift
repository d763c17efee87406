import Kernels
import Statistics
import Synchronization

/// Which neurons of the reference model are universal: the second map-reduce, over column groups (DESIGN, idea 6).
///
///     let analysis = try UniversalityAnalysis(statistics: store, configuration: configuration)
///     let result = try analysis.run(team: ThreadTeam(count: 4), memory: 4 << 30)
///
/// A cluster calls ``summary(ofGroup:team:)`` where a group's statistics lie and merges with ``merger()``; `run` does both here. The
/// result's bits depend neither on threads nor on memory nor on where a group was summarised.
public struct UniversalityAnalysis: Sendable {
    private let plan: UniversalityPlan
    private let statistics: any BlockStatistics
    private let sink: (any CorrelationSink)?

    /// Prepares an analysis.
    ///
    /// - Parameter sink: takes the correlations of each block of a compared pair, for `correlations.zarr`.
    /// - Throws: an `AnalysisError` when the configuration does not fit the statistics.
    public init(
        statistics: any BlockStatistics, configuration: UniversalityConfiguration, sink: (any CorrelationSink)? = nil
    ) throws {
        plan = try UniversalityPlan(layout: statistics.layout, replicates: statistics.replicates, configuration: configuration)
        self.statistics = statistics
        self.sink = sink
    }

    /// The groups to summarise, in plan order.
    public var groups: [Int] { plan.groups }

    /// How many blocks between models it works on.
    public var blocks: Int { plan.blocks }

    /// Where the summaries go.
    public func merger() -> UniversalityMerger { UniversalityMerger(plan: plan) }

    /// Summarises one group.
    ///
    /// - Parameters:
    ///   - team: shares the group's blocks.
    ///   - check: asked between steps of a second or less, from any thread; what it throws ends the work.
    ///   - progress: called behind each block, from any thread.
    /// - Throws: an `AnalysisError`, or what the statistics, the sink or `check` throw.
    public func summary(
        ofGroup group: Int, team: ThreadTeam, check: @escaping @Sendable () throws -> Void = {},
        progress: @escaping @Sendable () -> Void = {}
    ) throws -> GroupSummary {
        try GroupAnalysis(plan: plan, statistics: statistics, sink: sink, check: check, progress: progress).summary(of: group, team: team)
    }

    /// Summarises all groups in parallel and merges them.
    ///
    /// - Parameters:
    ///   - team: the threads; they take whole groups as far as memory allows, and share a group's blocks beyond.
    ///   - memory: bytes that the merged tables and the groups at work may take together (at least one group is always at work).
    ///   - check: asked between steps of a second or less, from any thread; what it throws ends the analysis.
    ///   - progress: called behind each of the blocks, from any thread.
    /// - Throws: an `AnalysisError`, or what the statistics, the sink or `check` throw.
    public func run(
        team: ThreadTeam, memory: Int, check: @escaping @Sendable () throws -> Void = {},
        progress: @escaping @Sendable () -> Void = {}
    ) throws -> UniversalityResult {
        let groups = plan.groups
        let placement = self.memory.placement(threads: team.count, memory: memory)
        let merger = Mutex(merger())
        let inner = ThreadTeam(count: placement.threads)
        try ThreadTeam(count: placement.groups).forEach(groups.count) { item, _ in
            let summary = try summary(ofGroup: groups[item], team: inner, check: check, progress: progress)
            try merger.withLock { try $0.add(summary) }
        }
        return try merger.withLock { try $0.finish() }
    }

    /// What it takes of memory.
    public var memory: UniversalityMemory { UniversalityMemory(plan: plan) }
}
