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

    /// Where the summaries go.
    public func merger() -> UniversalityMerger { UniversalityMerger(plan: plan) }

    /// Summarises one group.
    ///
    /// - Parameters:
    ///   - team: shares the group's blocks.
    ///   - check: asked between steps of a second or less, from any thread; what it throws ends the work.
    /// - Throws: an `AnalysisError`, or what the statistics, the sink or `check` throw.
    public func summary(
        ofGroup group: Int, team: ThreadTeam, check: @escaping @Sendable () throws -> Void = {}
    ) throws -> GroupSummary {
        try GroupAnalysis(plan: plan, statistics: statistics, sink: sink, check: check).summary(of: group, team: team)
    }

    /// Summarises all groups in parallel and merges them.
    ///
    /// - Parameters:
    ///   - team: the threads; they take whole groups as far as memory allows, and share a group's blocks beyond.
    ///   - memory: bytes that the merged tables and the groups at work may take together (at least one group is always at work).
    ///   - check: asked between steps of a second or less, from any thread; what it throws ends the analysis.
    ///   - progress: called after each group with how many are done, one call at a time.
    /// - Throws: an `AnalysisError`, or what the statistics, the sink or `check` throw.
    public func run(
        team: ThreadTeam, memory: Int, check: @escaping @Sendable () throws -> Void = {},
        progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
    ) throws -> UniversalityResult {
        let groups = plan.groups
        // What is merged already stays beside the groups at work.
        let memory = memory - mergedBytes
        let single = groups.map { bytes(ofGroup: $0, threads: 1) }.max() ?? 1
        let atOnce = max(1, min(team.count, groups.count, memory / max(1, single)))
        var inside = max(1, team.count / atOnce)
        while inside > 1 && atOnce * (groups.map { bytes(ofGroup: $0, threads: inside) }.max() ?? 1) > memory { inside -= 1 }
        let merger = Mutex<(merger: UniversalityMerger, done: Int)>((merger(), 0))
        let inner = ThreadTeam(count: inside)
        try ThreadTeam(count: atOnce).forEach(groups.count) { item, _ in
            let summary = try summary(ofGroup: groups[item], team: inner, check: check)
            try merger.withLock {
                try $0.merger.add(summary)
                $0.done += 1
                progress?($0.done, groups.count)
            }
        }
        return try merger.withLock { try $0.merger.finish() }
    }

    /// The bytes of the tables that the summaries of all groups are merged into: they grow with the models, not with a group.
    public var mergedBytes: Int { PairAccumulator.bytes(plan: plan) + ReferenceAccumulator.bytes(plan: plan) }

    /// The bytes that summarising a group takes at most, its summary included, without what the statistics need for themselves.
    ///
    /// - Parameter threads: the threads that share the group's blocks.
    public func bytes(ofGroup group: Int, threads: Int) -> Int {
        let columns = plan.layout.groups[group].columns
        let rows = plan.reference.columns.max() ?? 0
        let replicates = plan.design.replicates
        let matrices = plan.configuration.rotations.matrices
        let sets = plan.design.sets.count
        let tile = PooledMaxima.tile
        let float = MemoryLayout<Float>.size
        // Rotations and their deviations stay; the group's own covariances are freed before the blocks are read.
        let fixed = matrices * (columns * columns + sets * columns) * float
        let perMatrix = max(3 * 64 * columns, tile * columns) * float
        let own = replicates * columns * columns * float + min(threads, matrices) * perMatrix
        let table = PartnerTable.bytesPerNeuron(tail: plan.configuration.tail) + 4 * 8
        let perRow = table + (1 + matrices) * sets * float + 2 * 3 * float
        let blocks =
            min(threads, plan.reference.layers)
            * (replicates * rows * columns * float + replicates * tile * tile * float + (rows + columns) * table
                + (2 + matrices) * sets * rows * float)
        let earlier = plan.earlier(thanGroup: group).reduce(0) { $0 + $1.neurons }
        // Parts of blocks and their concatenation exist together for a moment.
        let summary = 2 * (plan.reference.neurons * perRow + (earlier - plan.reference.neurons) * table) + 2 * columns * table
        return fixed + max(own, blocks) + summary
    }
}
