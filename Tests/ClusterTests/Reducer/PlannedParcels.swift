import Kernels
import Scheduling
import SmallRuns
import Statistics
import Storage
import SystemPackage

@testable import Cluster
@testable import Pipeline
@testable import Statistics

/// A plan of two tiny models for two reducers, with the numbers of all of its tasks.
final class PlannedParcels: Sendable {
    /// One for all tests: it never changes.
    static let shared = Result { try PlannedParcels() }

    let plan: RunPlan
    let rules: ParcelRules
    /// The files of the plan, as an assignment carries them.
    let planFiles: [[UInt8]]
    /// The sections of each task, of all reducers.
    let sections: [TaskID: [Section]]
    /// The reducer that tests start.
    static let reducer = 0

    private init() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let configuration = try TinyPlan.configuration(in: folder, rows: 24, shardRows: 4)
        let run = RunFolder(folder.file("run"))
        let job = JobContext(team: ThreadTeam(count: 1))
        var plan = try PlanJob(configuration: configuration, folder: run, context: job).run().plan
        // Both reducers have something of both models, and both groups something for both reducers.
        plan.reducers = plan.layout.groups.indices.map { $0 % 2 }
        let blocks = plan.layout.blocks.map(\.index)
        plan.blockGroups = [blocks.filter { $0 % 2 == 0 }, blocks.filter { $0 % 2 == 1 }]
        try plan.write(to: run.plan)
        planFiles = try [run.plan, run.calibration].map { try MappedFile($0).withBytes { Array($0) } }
        self.plan = plan
        guard let rules = ParcelRules(plan, reducer: Self.reducer) else { throw PipelineError.stopped }
        self.rules = rules
        var sections: [TaskID: [Section]] = [:]
        for entry in try PlannedTasks(in: run).entries {
            let output = folder.file("\(entry.task).partial")
            _ = try MapTask(folder: run, task: entry.task, output: output, context: job).run()
            let reader = try PartialReader(output)
            sections[TaskID(shard: entry.shard, group: entry.group)] = try reader.sections.map { try reader.read($0, shape: plan.shape) }
        }
        self.sections = sections
    }

    /// All tasks.
    var tasks: [TaskID] { sections.keys.sorted() }

    /// What a worker sends of a task, to the reducer that tests start.
    ///
    /// - Parameters:
    ///   - numbers: the task whose numbers they really are.
    ///   - lie: what is made of them; nil: they stay as they are.
    ///   - declaring: changes the checksums that the file and the offer declare.
    func parcel(
        _ task: TaskID, from worker: String, numbers: TaskID? = nil, lie: ImpossibleNumbers? = nil,
        declaring: (Digest) -> Digest = { $0 }
    ) throws -> TestParcel {
        let computed = sections[numbers ?? task] ?? []
        let all = (lie?.falsify(computed, of: plan) ?? computed).map { section in
            section.recorded(ShardRecord(shard: (numbers ?? task).shard, checksum: declaring(section.digest), worker: worker))
        }
        func offered(_ section: Section) -> ParcelOffer.Section {
            ParcelOffer.Section(key: section.key, checksum: declaring(section.digest))
        }
        let own = all.filter { rules.owners.reducer(of: $0.key) == Self.reducer }
        let others = all.filter { rules.owners.reducer(of: $0.key) != Self.reducer }.sorted { $0.key < $1.key }
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("partial")
        try PartialWriter(plan: plan.identity, team: ThreadTeam(count: 1)).write(own, to: path)
        let bytes = try MappedFile(path).withBytes { Array($0) }
        let offer = ParcelOffer(
            parcel: ParcelID(task: task, sections: all.map(offered)), worker: WorkerID(worker), sections: own.map(offered),
            elsewhere: others.map { declaring($0.digest) }, bytes: bytes.count)
        return TestParcel(offer: offer, bytes: bytes)
    }

    /// The table of shards that the reducer must have in the end, where each task came from one worker.
    func inventory(_ worker: (TaskID) -> String?) -> [SectionInventory] {
        rules.sections.map { key in
            let shards = tasks.flatMap { task in
                (sections[task] ?? []).filter { $0.key == key }.compactMap { section in
                    worker(task).map { ShardRecord(shard: task.shard, checksum: section.digest, worker: $0) }
                }
            }
            return SectionInventory(key: key, shards: shards)
        }
    }

    /// Checks a store's numbers against those of all tasks, added up here.
    func holdsEverything(_ folder: FilePath) throws -> Bool {
        let store = plan.store(at: folder)
        for key in rules.sections {
            guard let reader = try store.reader(of: key) else { return false }
            var expected: Section?
            for section in tasks.flatMap({ sections[$0] ?? [] }) where section.key == key {
                switch (expected, section.copy(plan)) {
                case (.block(let sums)?, .block(let other)):
                    try sums.add(other, tiling: plan.shape.tiling(of: key.index), settings: plan.shape.settings, from: "", name: "")
                case (.examples(var sums)?, .examples(let other)):
                    sums.add(other)
                    expected = .examples(sums)
                case (.moments(var sums)?, .moments(let other)):
                    guard sums.add(other) else { return false }
                    expected = .moments(sums)
                case (.tokens(var sums)?, .tokens(let other)):
                    sums.add(other)
                    expected = .tokens(sums)
                case (.means(var sums)?, .means(let other)):
                    guard sums.add(other) else { return false }
                    expected = .means(sums)
                case (_, let copy): expected = copy
                }
            }
            guard try reader.read(reader.sections[0], shape: plan.shape).digest == expected?.digest else { return false }
        }
        return true
    }
}

/// A parcel with its bytes.
struct TestParcel: Sendable {
    var offer: ParcelOffer
    var bytes: [UInt8]
}

extension Section {
    /// The same numbers with another record.
    func recorded(_ record: ShardRecord) -> Section {
        switch self {
        case .block(let sums):
            return .block(
                BlockSums(
                    block: sums.block, stratum: sums.stratum, shards: [record], tokens: sums.tokens, chunks: sums.chunks,
                    beyond: sums.beyond, rows: sums.rows, columns: sums.columns, tiles: sums.tiles))
        case .examples(let sums): return .examples(ExampleSums(stratum: sums.stratum, shards: [record], list: sums.list))
        case .moments(var sums):
            sums.shards = [record]
            return .moments(sums)
        case .tokens(let sums): return .tokens(TokenMaximumSums(stratum: sums.stratum, shards: [record], list: sums.list))
        case .means(var sums):
            sums.shards = [record]
            return .means(sums)
        }
    }

    /// The same numbers in memory of their own, that others can be added to.
    fileprivate func copy(_ plan: RunPlan) -> Section {
        guard case .block(let sums) = self else { return self }
        let copy = BlockSums(block: sums.block, stratum: sums.stratum, tiling: plan.shape.tiling(of: sums.block))
        try? copy.add(sums, tiling: plan.shape.tiling(of: sums.block), settings: plan.shape.settings, from: "", name: "")
        return .block(copy)
    }
}
