import Cluster
import Corpus
import Foundation
import Kernels
import Storage
import SystemPackage

/// What must not grow with the work: the time of a lease with the tasks, the memory of planning with the corpus, and what a record costs of
/// what reducers say at the end with the shards.
struct ScaleBenchmark {
    private let configuration: BenchmarkConfiguration
    /// The fewer and the more tasks.
    private let tasks: (few: Int, many: Int)
    /// Megabytes of the smaller and of the larger corpus.
    private let megabytes: (small: Int, large: Int)
    /// The fewer and the more shards of a run whose inventories are compared.
    private let shards: (few: Int, many: Int)

    /// What the names of the lines begin with.
    static let leases = "leases of a ledger", planning = "memory of planning", inventories = "inventories compared with a plan"
    /// Leases a round: with the first, which warms up, fewer in all than the fewer tasks.
    private static let leasesOfRound = 96, workers = 32
    /// Reports that are one commit: about as many come at a time.
    private static let commit = 8
    /// Sections of five GPT-2 small, the reference against the others.
    private static let sections = 636

    init(
        _ configuration: BenchmarkConfiguration, tasks: (few: Int, many: Int)? = nil, megabytes: (small: Int, large: Int)? = nil,
        shards: (few: Int, many: Int)? = nil
    ) {
        self.configuration = configuration
        self.tasks = tasks ?? (1_000, configuration.size(quick: 10_000, full: 100_000))
        self.megabytes = megabytes ?? configuration.size(quick: (10, 40), full: (50, 200))
        self.shards = shards ?? configuration.size(quick: (48, 190), full: (190, 1_526))
    }

    func lines() throws -> [BenchmarkLine] {
        [try leaseLine(), try planningLine(), try inventoryLine()]
    }

    /// A run's end of many shards and of few: 100M tokens and an eighth of them.
    private func inventoryLine() throws -> BenchmarkLine {
        let many = try InventoryLoad(sections: Self.sections, shards: shards.many)
        let few = try InventoryLoad(sections: Self.sections, shards: shards.few)
        var complete = 0
        let times = try PairedTimes.measure(
            rounds: configuration.rounds,
            ours: { try PairedTimes.seconds { complete = try many.compare() } },
            theirs: { try PairedTimes.seconds { _ = try few.compare() } })
        let (rate, other) = (Double(many.records) / times.seconds, Double(few.records) / times.theirSeconds)
        let (json, sent) = (many.bytes.json / 1_000_000, many.bytes.sent / 1_000_000)
        return BenchmarkLine(
            "\(Self.inventories), \(Self.sections) sections × \(shards.many) shards", value: rate, unit: "records/s",
            against: .peer("\(shards.few) shards", other), ratio: times.ratio * Double(many.records) / Double(few.records),
            residual: Double(shards.many - complete) / Double(shards.many), tolerance: 0,
            note: "\(times.seconds.rounded(to: 2)) s from \(json) MB of JSON (\(sent) MB sent)")
    }

    /// Scheduler and ledger, near the end of a run of many tasks and in one of few, by turns on the same disk.
    private func leaseLine() throws -> BenchmarkLine {
        let folder = try ScratchFolder()
        var few = try LedgerLoad(tasks: tasks.few, workers: Self.workers, ledger: folder.path.appending("few.sqlite"))
        var many = try LedgerLoad(tasks: tasks.many, workers: Self.workers, ledger: folder.path.appending("many.sqlite"))
        let (rounds, leases) = (configuration.rounds, Self.leasesOfRound)
        try many.finish(max(0, tasks.many - (rounds + 2) * leases - 2 * Self.workers), commit: 4_096)
        let times = try PairedTimes.measure(
            rounds: rounds, ours: { try PairedTimes.seconds { try many.finish(leases, commit: Self.commit) } },
            theirs: { try PairedTimes.seconds { try few.finish(leases, commit: Self.commit) } })
        return BenchmarkLine(
            "\(Self.leases), \(tasks.many) tasks", value: Double(leases) / times.seconds, unit: "leases/s",
            against: .peer("\(tasks.few) tasks", Double(leases) / times.theirSeconds), ratio: times.ratio,
            note: "the last of \(tasks.many) tasks beside the first of \(tasks.few); a commit for \(Self.commit) reports")
    }

    /// The peak of `plan`, which packs the corpus, for texts of two sizes.
    private func planningLine() throws -> BenchmarkLine {
        let (name, unit) = ("\(Self.planning), \(megabytes.large) MB of text", "MB")
        guard let program = configuration.program else { return .skipped(name, unit: unit, because: "no program to start") }
        guard let corpus = configuration.corpus, let tokenizer = configuration.tokenizer else {
            return .skipped(name, unit: unit, because: "configs/demo was not found")
        }
        let folder = try ScratchFolder()
        for id in ["a", "b"] {
            let model = folder.path.appending(id)
            try LocalFiles().createFolder(model)
            try RandomModel(layers: 1, width: 64, seed: 1).write(to: model)
        }
        func peak(_ megabytes: Int) throws -> Double {
            let name = "text\(megabytes)"
            try Self.write(megabytes: megabytes, of: corpus, to: folder.path.appending("\(name).jsonl"))
            let text = """
                corpus: {path: \(name).jsonl, tokenizer: \(tokenizer), context: 256}
                tokens: 8k
                models: [{id: a, path: a}, {id: b, path: b}]
                features: none
                shard: 4096
                calibration: 2048
                replicates: 2

                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path.appending("\(name).yaml").string))
            let plan = try MeasuredProcess(
                "plan", program: program,
                arguments: ["plan", "\(name).yaml", "--output", name, "--threads", "\(configuration.team.count)"],
                in: folder.path)
            return Double(try plan.finishAtPeak()) / 1e6
        }
        let small = try peak(megabytes.small)
        let large = try peak(megabytes.large)
        return BenchmarkLine(
            name, value: large, unit: unit, against: .peer("\(megabytes.small) MB of text", small), ratio: large / small,
            note: "tokenising, packing and calibration; \(small.rounded(to: 1)) MB for \(megabytes.small) MB of text; the ratio is a cost")
    }

    /// Writes a corpus again and again until a file has some size.
    private static func write(megabytes: Int, of corpus: FilePath, to path: FilePath) throws {
        var lines = Data()
        let encoder = JSONEncoder()
        try CorpusSource(corpus).forEachDocument { document in
            lines.append(try encoder.encode(["text": document.text]))
            lines.append(0x0A)
        }
        try DurableFile.replace(path) { writer in
            var written = 0
            while written < megabytes * 1_000_000, !lines.isEmpty {
                try lines.withUnsafeBytes { try writer.write($0) }
                written += lines.count
            }
        }
    }
}
