import Diagnostics
import Kernels
import Pipeline
import Storage
import SystemPackage

/// The time, memory, disk and wire bytes that `plan` predicts against what the run then takes, on three shapes that people have: the demo's
/// models on its text, GPT-2 small with few layers and random weights, and the same with rounded activations. Features, examples, moments and
/// matrices are those of a configuration that says nothing about them.
struct PredictionBenchmark {
    private let configuration: BenchmarkConfiguration
    private let shapes: [(name: String, shape: RandomJob.Shape)]
    private let demoTokens: Int

    /// What the names of the lines begin with.
    static let time = "time that plan predicts", memory = "memory that plan predicts", disk = "disk that plan predicts",
        diskAtMost = "disk on the way that plan predicts", wire = "wire bytes that plan predicts"
    private static let units = [(name: time, unit: "s")] + [memory, disk, diskAtMost, wire].map { (name: $0, unit: "MB") }

    /// - Parameters:
    ///   - shapes: of random models; with the full sizes a run takes ten seconds or more, so that a second more or less does not count.
    ///   - demoTokens: the budget of the demo's run.
    init(_ configuration: BenchmarkConfiguration, shapes: [(name: String, shape: RandomJob.Shape)]? = nil, demoTokens: Int? = nil) {
        self.configuration = configuration
        self.shapes =
            shapes
            ?? configuration.size(
                quick: [
                    (
                        "GPT-2 small",
                        RandomJob.Shape(models: 2, layers: 1, width: 768, rows: 32, context: 512, shards: 2, hasDefaults: true)
                    ),
                    (
                        "int8",
                        RandomJob.Shape(
                            models: 2, layers: 1, width: 768, rows: 32, context: 512, shards: 2, hasDefaults: true, precision: "int8")
                    ),
                ],
                full: [
                    (
                        "GPT-2 small",
                        RandomJob.Shape(
                            models: 2, layers: 2, width: 768, rows: 128, context: 512, shards: 4, draws: 5, vocabularySize: 50_257,
                            hasDefaults: true)
                    ),
                    (
                        "int8",
                        RandomJob.Shape(
                            models: 3, layers: 2, width: 768, rows: 64, context: 512, shards: 4, draws: 5, vocabularySize: 50_257,
                            hasDefaults: true, precision: "int8")
                    ),
                ])
        self.demoTokens = demoTokens ?? configuration.size(quick: 16_384, full: 262_144)
    }

    func lines() throws -> [BenchmarkLine] {
        var lines = try demoLines()
        for (name, shape) in shapes {
            let job = try RandomJob(shape)
            lines += try withExtendedLifetime(job) {
                try self.lines(
                    PredictedRun.Job(
                        name: "\(name), \(shape.models) models of \(CountText.of(shape.layers, "layer"))", configuration: job.configuration,
                        file: job.file, run: job.run))
            }
        }
        return lines
    }

    private func demoLines() throws -> [BenchmarkLine] {
        guard let file = configuration.demo else {
            return Self.units.map { .skipped("\($0.name), demo", unit: $0.unit, because: "configs/demo.yaml was not found") }
        }
        let folder = try ScratchFolder()
        var demo = try Configuration.load(file)
        demo.tokens = .tokens(demoTokens)
        return try withExtendedLifetime(folder) {
            try lines(
                PredictedRun.Job(
                    name: "demo, \(demoTokens) tokens", configuration: demo, file: file, options: ["--tokens", "\(demoTokens)"],
                    run: RunFolder(folder.path.appending("run"))))
        }
    }

    /// Each figure that is predicted, beside what was found.
    private func lines(_ job: PredictedRun.Job) throws -> [BenchmarkLine] {
        let found = try PredictedRun(job, configuration)
        let cost = found.cost
        let sent = try configuration.program.map {
            try SentPartials(of: job, program: $0, threads: configuration.team.count).bytes
        }
        func line(_ name: String, _ unit: String, _ predicted: Double, _ taken: Double?, _ note: String) -> BenchmarkLine {
            guard let taken else { return .skipped("\(name), \(job.name)", unit: unit, because: "no program to start") }
            return BenchmarkLine(
                "\(name), \(job.name)", value: predicted, unit: unit, against: .peer("taken", taken), ratio: predicted / taken,
                note: "taken \(taken.rounded(to: 1)) \(unit), \(note)")
        }
        func megabytes(_ bytes: Int?) -> Double? { bytes.map { Double($0) / 1e6 } }
        return [
            line(Self.time, "s", cost.seconds, found.seconds, "from the plan to the tables"),
            line(Self.memory, "MB", Double(cost.wholeMemory) / 1e6, megabytes(found.memory), "the peak of one process"),
            line(Self.disk, "MB", cost.folder / 1e6, megabytes(found.folder), "the run's folder at its end"),
            line(Self.diskAtMost, "MB", cost.folderAtMost / 1e6, megabytes(found.folderAtMost), "with partials that wait"),
            line(Self.wire, "MB", cost.partials / 1e6, sent.map { $0 / 1e6 }, "from one worker to one reducer"),
        ]
    }
}
