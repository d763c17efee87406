import Cluster
import Diagnostics
import Kernels
import Models
import Pipeline
import Statistics
import SystemPackage

/// A worker's peak of memory against what it offered, on GPT-2 small's shapes: a real worker, of a real coordinator and reducer, that computes a
/// whole chunk with a feature bank, examples and moments, as a configuration has them that says nothing else; exact, and rounded to integers.
///
/// Two models, of five: with little memory a task's blocks are some of one pair's, whatever other pairs there are. With 2 GiB sixteen tasks
/// run through both models again; the note says how much of the forward passes that is, by the plan, and how long all tasks took.
struct MemoryBenchmark {
    private let configuration: BenchmarkConfiguration
    private let shape: RandomJob.Shape
    private let offers: [Int]
    private let roundedOffer: Int

    /// What the names of the lines begin with.
    static let name = "worker's memory, of offered"
    private static let rounded = "int8"

    /// - Parameters:
    ///   - offers: in bytes, whole megabytes.
    ///   - roundedOffer: that of the worker whose activations are rounded.
    ///   - shape: of two random models; the tokens are one shard.
    init(
        _ configuration: BenchmarkConfiguration, offers: [Int] = [2 << 30, 4 << 30, 8 << 30], roundedOffer: Int = 4 << 30,
        shape: RandomJob.Shape? = nil
    ) {
        self.configuration = configuration
        self.offers = offers
        self.roundedOffer = roundedOffer
        // Of nine rows of 512 tokens 4,599 count: a chunk of 4,096, with all of the room that the rows around its end take.
        self.shape =
            shape
            ?? RandomJob.Shape(
                models: 2, layers: configuration.size(quick: 3, full: 12), width: 768, rows: 9, context: 512,
                vocabularySize: configuration.size(quick: RandomModel.vocabulary, full: 50_257), hasDefaults: true)
    }

    func lines() throws -> [BenchmarkLine] {
        var asked: [(offer: Int, precision: String?)] = offers.map { ($0, nil) }
        asked.append((roundedOffer, Self.rounded))
        func name(_ offer: Int, _ precision: String?) -> String {
            "\(Self.name) \(offer >> 20) MiB" + (precision.map { ", \($0)" } ?? "")
        }
        guard let program = configuration.program else {
            return asked.map { .skipped(name($0.offer, $0.precision), unit: "MB", because: "no program to start") }
        }
        let job = try RandomJob(shape)
        var lines: [BenchmarkLine] = []
        for (offer, precision) in asked {
            let (title, free) = (name(offer, precision), MachineMemory.current.available)
            guard free > offer, free - offer > Self.others else {
                lines.append(.skipped(title, unit: "MB", because: "\(free >> 20) MiB of this machine's memory are free"))
                continue
            }
            let file = try precision.map { try job.file(precision: $0) } ?? job.file
            lines.append(try line(title, offer, file, program: program))
        }
        return withExtendedLifetime(job) { lines }
    }

    /// What coordinator and reducer take beside the worker.
    private static let others = 1 << 30

    private func line(_ name: String, _ offer: Int, _ file: FilePath, program: FilePath) throws -> BenchmarkLine {
        let cluster = try BenchCluster(
            of: file, options: ["--worker-memory", "\(offer >> 20)M"], in: try ScratchFolder(), program: program, hasKeys: false)
        let worker = try MeasuredProcess(
            "worker", program: program,
            arguments: [
                "worker", "--connect", cluster.endpoint.description, "--memory", "\(offer >> 20)M", "--threads",
                "\(configuration.team.count)", "--scratch", "scratch",
            ], in: cluster.folder.path)
        var peak = 0
        let seconds = try PairedTimes.seconds { try cluster.finishTasks(by: worker) { peak = max(peak, worker.memory.peak) } }
        let context = JobContext(team: configuration.team)
        let planned = try PlannedRun.open(cluster.run, context: context)
        let layout = planned.layout
        let features = layout.groups(of: FeatureBank.sourceID).reduce(0) { $0 + layout.groups[$1].columns }
        let repeated = try planned.cost(context: context).repeatedShare
        return BenchmarkLine(
            name, value: Double(peak) / 1e6, unit: "MB", against: .limit("offered", Double(offer) / 1e6),
            ratio: Double(peak) / Double(offer),
            note: "2 random models of \(CountText.of(shape.layers, "layer")) of \(4 * shape.width) neurons, a vocabulary of "
                + "\(shape.vocabularySize), \(features) features, examples and moments; a shard of \(shape.rows * shape.context) tokens in "
                + "\(CountText.of(cluster.groups, "block group")), which repeat \((repeated * 100).rounded(to: 0)) % of all forward passes, in "
                + "\(seconds.rounded(to: 0)) s")
    }
}
