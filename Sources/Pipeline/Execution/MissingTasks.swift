import Analysis
import Corpus
import Statistics

/// Compares what a store holds with what a plan asks for.
struct MissingTasks {
    private let layout: StatisticsLayout
    private let kinds: Set<SectionKey.Kind>
    private let held: [SectionKey: Set<Int>]

    init(snapshot: StoreSnapshot, plan: RunPlan) {
        layout = snapshot.shape.layout
        kinds = plan.sectionKinds
        var held: [SectionKey: Set<Int>] = [:]
        for key in plan.sections(in: layout) { held[key] = snapshot.shards(of: key) }
        self.held = held
    }

    /// The blocks among `blocks` that lack a shard.
    func blocks(_ blocks: [Int], lacking shard: TokenShard) -> [Int] {
        blocks.filter { index in
            layout.sections(of: layout.blocks[index], stratum: shard.stratum, kinds: kinds)
                .contains { held[$0]?.contains(shard.index) != true }
        }
    }

    /// The tasks that are not done, each with only those of its blocks that are missing.
    func tasks(of all: [ShardTask]) -> [ShardTask] {
        all.compactMap { task in
            var task = task
            task.blocks = blocks(task.blocks, lacking: task.shard)
            return task.blocks.isEmpty ? nil : task
        }
    }

    /// Which shards are missing in which blocks, beside what these count.
    ///
    /// - Parameters:
    ///   - shards: the plan's, in order.
    ///   - tokens: counted tokens of a block.
    /// - Returns: nil where nothing is missing.
    func incompleteness(of shards: [TokenShard], tokens: (_ block: Int) -> Int) -> Incompleteness? {
        let all = layout.blocks.map(\.index)
        var lacking = Array(repeating: [Range<Int>](), count: all.count)
        for (place, shard) in shards.enumerated() {
            for block in blocks(all, lacking: shard) {
                if let last = lacking[block].indices.last, lacking[block][last].upperBound == place {
                    lacking[block][last] = lacking[block][last].lowerBound..<place + 1
                } else {
                    lacking[block].append(place..<place + 1)
                }
            }
        }
        return Incompleteness(shards: shards.map(\.index), lacking: lacking, tokens: all.map(tokens))
    }

    /// For people: which shards are missing, and in how many blocks.
    func descriptions(of shards: [TokenShard]) -> [String] {
        let all = layout.blocks.map(\.index)
        return shards.compactMap { shard in
            let lacking = blocks(all, lacking: shard)
            if lacking.isEmpty { return nil }
            return lacking.count == all.count
                ? "shard \(shard.index) in all blocks" : "shard \(shard.index) in \(lacking.count) of \(all.count) blocks"
        }
    }
}
