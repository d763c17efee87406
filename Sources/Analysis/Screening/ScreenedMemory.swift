import Statistics

/// The memory that the analysis of a screened run takes, known from shapes and from the number of candidates.
///
///     let memory = try ScreenedMemory(layout: layout, replicates: 4, configuration: configuration, kept: kept)
///     let placement = memory.placement(threads: 16, memory: 2 << 30)
public struct ScreenedMemory: Sendable {
    /// How many threads work: each on a column group's candidates, and after that each on a block of the pilot.
    public struct Placement: Hashable, Sendable {
        /// Threads that go through candidates, and threads that look for missed partners.
        public let groups, blocks: Int
        /// Bytes of what they work on and of the merged tables; more than were offered where these are not enough for one thread.
        public let bytes: Int
    }

    private let plan: UniversalityPlan
    /// For each block of the layout the pairs of columns that are followed; nil where all are.
    private let kept: [Int?]

    /// The memory of an analysis of some columns' candidates.
    ///
    /// - Parameter kept: for each block of the layout how many pairs of columns are followed; nil where all are.
    /// - Throws: an `AnalysisError` when the configuration does not fit the layout.
    public init(layout: StatisticsLayout, replicates: Int, configuration: UniversalityConfiguration, kept: [Int?]) throws {
        self.init(plan: try UniversalityPlan(layout: layout, replicates: replicates, configuration: configuration), kept: kept)
    }

    init(plan: UniversalityPlan, kept: [Int?]) {
        self.plan = plan
        self.kept = kept
    }

    /// As many threads as the memory is enough for, and at least one.
    ///
    /// - Parameters:
    ///   - threads: all of them.
    ///   - memory: bytes that the merged tables and what the threads work on may take together.
    public func placement(threads: Int, memory: Int) -> Placement {
        let left = memory - mergedBytes
        let groups = max(1, min(threads, plan.groups.count, left / max(1, groupBytes)))
        let blocks = max(1, min(threads, mostBlocks, (left - findingBytes) / max(1, blockBytes)))
        return Placement(
            groups: groups, blocks: blocks, bytes: mergedBytes + max(groups * groupBytes, findingBytes + blocks * blockBytes))
    }

    /// The bytes of the tables that all groups are merged into.
    public var mergedBytes: Int { UniversalityMemory(plan: plan).mergedBytes }

    /// The bytes that a thread needs at most for the candidates of a column group, the group's summary included.
    public var groupBytes: Int { plan.groups.map(bytes(ofGroup:)).max() ?? 0 }

    /// The bytes that a thread needs at most to look for missed partners: the pilot's correlations of a block.
    public var blockBytes: Int {
        let rows = plan.reference.columns.max() ?? 0
        return plan.groups.map { rows * plan.layout.groups[$0].columns * MemoryLayout<Float>.size }.max() ?? 0
    }

    /// The bytes of what is found in the blocks of a model, beside the blocks: probabilities of each neuron, and sums by block.
    public var findingBytes: Int {
        let rows = plan.reference.columns.max() ?? 0
        // Of each neuron its best partner, two spreads and a sum, and a probability for each model.
        return (mostBlocks * rows + plan.reference.neurons * (plan.others.count + 4)) * MemoryLayout<Double>.size
    }

    /// The most blocks of a model that the reference is compared in.
    private var mostBlocks: Int { plan.others.map { plan.referenceBlocks(of: $0.groups) }.max() ?? 0 }

    private func bytes(ofGroup group: Int) -> Int {
        let columns = plan.layout.groups[group].columns
        let sets = plan.design.sets.count
        let table = PartnerTable.bytesPerNeuron(tail: plan.configuration.tail)
        // Beside the table four sums; of a row maxima over the sets and two choices, of a column its correlations of three indices.
        let (perRow, perColumn) = (table + 4 * 8 + sets * 4 + 2 * 3 * 4, table + 4 * 8 + 3 * 4)
        let earlier = plan.earlier(thanGroup: group)
        let summary = earlier.reduce(0) { $0 + $1.neurons * perRow + columns * perColumn }
        // The ends of one pair are collected apart before they are a table.
        let collected = ((earlier.map(\.neurons).max() ?? 0) + columns) * table
        let rotated = plan.reference.neurons * plan.configuration.rotations.matrices * sets * 4
        let pairs =
            earlier.flatMap { model in
                plan.comparedLayers(of: model, with: group).map { layer -> Int in
                    guard let block = plan.layout.block(rows: model.groups[layer], columns: group) else { return 0 }
                    return kept[block.index] ?? plan.layout.entries(of: block)
                }
            }.max() ?? 0
        // Sums of each replicate and of a set, and correlations over all sets and both halves.
        return summary + collected + rotated + pairs * ((plan.design.replicates + 1) * 8 + (sets + 2) * 4)
    }
}
