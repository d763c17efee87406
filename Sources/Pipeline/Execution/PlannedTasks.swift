import Corpus
import Statistics
import SystemPackage

/// The tasks of a plan, for engines that start one `map` for each.
public struct PlannedTasks: Sendable {
    /// One task.
    public struct Entry: Codable, Hashable, Sendable {
        /// Its number, from 0: what `map --task` takes.
        public let task: Int
        /// Its shard and block group.
        public let shard, group: Int
        /// Raw tokens of the shard.
        public let tokens: Int
        /// How many blocks it computes.
        public let blocks: Int
    }

    /// The plan.
    public let plan: RunPlan
    /// The tasks, in order.
    public let entries: [Entry]

    /// The packed rows, where they were needed: without domain strata the plan alone tells the shards.
    let corpus: PackedCorpus?

    /// Lists the tasks of a plan.
    ///
    /// - Parameter hashingRows: as for `RunPlan.openCorpus`, where the rows are needed.
    /// - Throws: `PipelineError.planMissing`, `.corpusChanged`, errors of the files.
    public init(in folder: RunFolder, hashingRows: Bool = false) throws {
        plan = try RunPlan.read(folder.plan)
        let groups = plan.blockGroups
        corpus = plan.numbers.corpus.separatesDomains ? try plan.openCorpus(in: folder, hashingRows: hashingRows) : nil
        let shards = corpus.map(plan.shards(of:)) ?? plan.shards { _ in 0 }
        entries = shards.enumerated().flatMap { place, shard in
            groups.indices.map {
                Entry(
                    task: place * groups.count + $0, shard: shard.index, group: $0, tokens: shard.tokens, blocks: groups[$0].count)
            }
        }
    }

    /// The entry of a task.
    ///
    /// - Throws: `PipelineError.noSuchTask`.
    public func entry(of task: Int) throws -> Entry {
        guard entries.indices.contains(task) else { throw PipelineError.noSuchTask(number: task, count: entries.count) }
        return entries[task]
    }

    /// The tasks without a whole partial `<task>.partial` in a folder.
    public func missing(in folder: FilePath) -> [Entry] {
        entries.filter { !isComplete($0, at: folder.appending("\($0.task).partial")) }
    }

    /// Whether a file is a task's partial, whole and of this plan: its group's blocks, over its shard.
    public func isComplete(_ entry: Entry, at path: FilePath) -> Bool {
        guard let reader = try? PartialReader(path), reader.plan == plan.identity, (try? reader.verify()) != nil else { return false }
        let blocks = reader.sections.filter { $0.key.kind == .block }
        return blocks.map(\.key.index) == plan.blockGroups[entry.group]
            && Set(reader.sections.flatMap { $0.shards.map(\.shard) }) == [entry.shard]
    }
}
