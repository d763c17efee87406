import Statistics

/// The memory that a universality analysis takes, known from shapes before there are any numbers.
///
///     let memory = try UniversalityMemory(layout: layout, replicates: 4, configuration: configuration)
///     let placement = memory.placement(threads: 16, memory: 8 << 30)
public struct UniversalityMemory: Sendable {
    /// How the threads are divided among column groups.
    public struct Placement: Hashable, Sendable {
        /// Groups at work at a time, and threads that share each.
        public let groups, threads: Int
        /// Bytes of the groups at work and of the merged tables; more than were offered where these are not enough for one group.
        public let bytes: Int
    }

    private let plan: UniversalityPlan

    /// The memory of an analysis of some columns.
    ///
    /// - Throws: an `AnalysisError` when the configuration does not fit the layout.
    public init(layout: StatisticsLayout, replicates: Int, configuration: UniversalityConfiguration) throws {
        self.init(plan: try UniversalityPlan(layout: layout, replicates: replicates, configuration: configuration))
    }

    init(plan: UniversalityPlan) { self.plan = plan }

    /// Threads take whole groups as far as memory allows, and share a group's blocks beyond; at least one group is always at work.
    ///
    /// - Parameters:
    ///   - threads: all of them.
    ///   - memory: bytes that the merged tables and the groups at work may take together.
    public func placement(threads: Int, memory: Int) -> Placement {
        // What is merged already stays beside the groups at work.
        let memory = memory - mergedBytes
        let atOnce = max(1, min(threads, plan.groups.count, memory / max(1, largestGroupBytes(threads: 1))))
        var inside = max(1, threads / atOnce)
        while inside > 1 && atOnce * largestGroupBytes(threads: inside) > memory { inside -= 1 }
        return Placement(groups: atOnce, threads: inside, bytes: mergedBytes + atOnce * largestGroupBytes(threads: inside))
    }

    /// The bytes that summarising any one group takes at most, as ``bytes(ofGroup:threads:)`` has them.
    public func largestGroupBytes(threads: Int) -> Int { plan.groups.map { bytes(ofGroup: $0, threads: threads) }.max() ?? 1 }

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
        // Before the replicates are read, the block's correlations lie there once more, compressed for whoever keeps them.
        let blocks =
            min(threads, plan.reference.layers)
            * (max(2, replicates) * rows * columns * float + replicates * tile * tile * float + (rows + columns) * table
                + (2 + matrices) * sets * rows * float)
        let earlier = plan.earlier(thanGroup: group).reduce(0) { $0 + $1.neurons }
        // Parts of blocks and their concatenation exist together for a moment.
        let summary = 2 * (plan.reference.neurons * perRow + (earlier - plan.reference.neurons) * table) + 2 * columns * table
        return fixed + max(own, blocks) + summary
    }
}
