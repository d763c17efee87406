import Analysis
import Kernels
import Models
import Scheduling
import SmallRuns
import Statistics
import Storage
import SystemPackage

@testable import Cluster
@testable import Pipeline

/// A plan of two tiny models over random tokens, spread over two reducers, and what its tasks must give.
struct TinyPlan {
    let folder: TemporaryFolder
    let run: PlannedRun
    var plan: RunPlan { run.plan }
    /// Layers a.0, a.1, b.0, b.1.
    static let owners = [0, 1, 0, 1]
    /// The first group has blocks of reducer 0 alone, the second of reducer 1 alone.
    static let groups = [[0, 2], [1, 5], [3, 4, 6, 7]]
    var owners: SectionOwners { SectionOwners(layout: run.layout, owners: Self.owners) }

    /// - Parameters:
    ///   - rows: of 16 tokens.
    ///   - shardRows: of a shard.
    ///   - kernels: what the configuration says of them.
    init(in folder: TemporaryFolder, rows: Int = 32, shardRows: Int = 8, kernels: KernelChoice = .auto) throws {
        self.folder = folder
        var configuration = try Self.configuration(in: folder, rows: rows, shardRows: shardRows)
        configuration.kernels = kernels
        let path = RunFolder(folder.file("run"))
        let job = JobContext(team: ThreadTeam(count: 2))
        var plan = try PlanJob(configuration: configuration, folder: path, context: job).run().plan
        plan.blockGroups = Self.groups
        try plan.write(to: path.plan)
        run = try PlannedRun.open(path, context: job)
    }

    /// Writes models and tokens, and says what is to be done with them.
    static func configuration(in folder: TemporaryFolder, rows: Int, shardRows: Int) throws -> Configuration {
        let models = ["a", "b"].map { ModelReference(id: $0, path: folder.file($0)) }
        let (vocabulary, context) = (64, 16)
        for (index, model) in models.enumerated() {
            try TinyModel(width: 8, mlp: 12, vocabulary: vocabulary, positions: context, seed: UInt64(index)).write(to: model.path)
        }
        var generator = SeededGenerator(seed: 5)
        let tokens = (0..<rows * context).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &generator) }
        try NumpyWriter.write(tokens, shape: [rows, context], to: folder.file("tokens.npy"))
        var corpus = CorpusConfiguration(path: folder.file("tokens.npy"))
        corpus.mask = []
        var configuration = Configuration(name: "tiny", corpus: corpus, tokens: .all, models: models)
        configuration.features.isEnabled = false
        configuration.replicates = 2
        configuration.shard = .tokens(shardRows * context)
        return configuration
    }

    /// A shard's rows.
    func rows(_ shard: Int) -> ShardRows { ShardRows(rows: run.shards[shard].rows(in: run.corpus), of: run.corpus) }

    /// The sections of a task with their checksums, computed here.
    func sections(_ task: TaskID) throws -> [ParcelOffer.Section] {
        let shard = run.shards[task.shard]
        let partial = try run.computer.compute(
            groups: [task.group], shard: shard.index, stratum: shard.stratum, rows: rows(task.shard), worker: "test", progress: { _ in })
        return partial.sections.map { ParcelOffer.Section(key: $0.key, checksum: $0.shards[0].checksum) }
    }

    /// A question about two neurons of the first model.
    static func question(frozen: [FrozenPart] = [.nothing]) -> InterventionQuestion {
        InterventionQuestion(model: "a", neurons: [NeuronPlace(layer: 0, neuron: 3), NeuronPlace(layer: 1, neuron: 5)], frozen: frozen) {
            _ in [Intervention(.fixed, value: -0.17), Intervention(.zero)]
        }
    }

    /// What a worker is told of that question, with its frames.
    ///
    /// - Parameters:
    ///   - fingerprint: what it is held against.
    ///   - kernels: what the answer is kept under where the plan names none.
    ///   - change: what is told in place of the question's own.
    func inquiry(
        fingerprint: Digest? = nil, kernels: String? = nil,
        change: (inout InterventionQuestion, inout [Int]?, inout [Int32]) -> Void = { _, _, _ in }
    ) throws -> (Inquiry, [PayloadFrame]) {
        let first = run.firstRow
        var (question, counts, tokens) = (Self.question(), [Int]?.none, first.tokens)
        change(&question, &counts, &tokens)
        let content = Inquiry.Content(
            plan: try MappedFile(run.folder.plan).withBytes { String(decoding: $0, as: UTF8.self) }, question: question, counts: counts,
            firstRow: RowPlace(index: first.indices[0], domain: first.domains[0]), tokens: tokens, fingerprint: fingerprint,
            kernels: kernels)
        return try Inquiry.message(
            content, plan: plan.identity, question: question.identity(in: plan.identity, kernels: kernels), epoch: 1, heartbeat: 100)
    }

    /// A lease of some groups.
    func grant(_ id: LeaseID, shard: Int, groups: [Int]) throws -> (LeaseGrant, [PayloadFrame]) {
        let rows = rows(shard)
        let grant = LeaseGrant(
            lease: Lease(id: id, shard: run.shards[shard].index, groups: groups, purpose: .work), stratum: run.shards[shard].stratum,
            rows: rows.indices.count, context: rows.context)
        return (grant, try LeaseGrant.payload(rows))
    }
}
