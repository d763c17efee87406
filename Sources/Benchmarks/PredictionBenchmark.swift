import Kernels
import Pipeline
import Storage
import SystemPackage

/// The time that `plan` predicts against what the run then takes, on three shapes: the demo's models on its text, GPT-2 small and wider
/// layers with random weights.
struct PredictionBenchmark {
    private let configuration: BenchmarkConfiguration
    private let shapes: [(name: String, shape: RandomJob.Shape)]
    private let demoTokens: Int

    /// What the names of the lines begin with.
    static let name = "time that plan predicts"

    /// - Parameters:
    ///   - shapes: of random models; with the full sizes a run takes ten seconds or more, so that a second more or less does not count.
    ///   - demoTokens: the budget of the demo's run.
    init(_ configuration: BenchmarkConfiguration, shapes: [(name: String, shape: RandomJob.Shape)]? = nil, demoTokens: Int? = nil) {
        self.configuration = configuration
        self.shapes =
            shapes
            ?? configuration.size(
                quick: [
                    ("GPT-2 small", RandomJob.Shape(models: 2, layers: 1, width: 768, rows: 32, context: 512, shards: 2)),
                    ("a wide one", RandomJob.Shape(models: 2, layers: 1, width: 1_024, rows: 16, context: 256, shards: 2)),
                ],
                full: [
                    ("GPT-2 small", RandomJob.Shape(models: 2, layers: 2, width: 768, rows: 128, context: 512, shards: 4, draws: 5)),
                    ("a wide one", RandomJob.Shape(models: 2, layers: 1, width: 1_536, rows: 64, context: 512, shards: 4)),
                ])
        self.demoTokens = demoTokens ?? configuration.size(quick: 16_384, full: 262_144)
    }

    func lines() throws -> [BenchmarkLine] {
        var lines = [try demoLine()]
        for (name, shape) in shapes {
            let job = try RandomJob(shape)
            lines.append(
                try withExtendedLifetime(job) {
                    try line("\(name), \(shape.models) models of \(shape.layers) layers", job.configuration, in: job.run)
                })
        }
        return lines
    }

    private func demoLine() throws -> BenchmarkLine {
        guard let file = configuration.demo else {
            return .skipped("\(Self.name), demo", unit: "s", because: "configs/demo.yaml was not found")
        }
        let folder = try ScratchFolder()
        var demo = try Configuration.load(file)
        demo.tokens = .tokens(demoTokens)
        return try withExtendedLifetime(folder) {
            try line("demo, \(demoTokens) tokens", demo, in: RunFolder(folder.path.appending("run")))
        }
    }

    /// Plans a run, asks what it will take, and runs it.
    private func line(_ name: String, _ job: Configuration, in run: RunFolder) throws -> BenchmarkLine {
        let context = JobContext(team: configuration.team)
        let planned = try PlanJob(configuration: job, folder: run, context: context).run()
        let predicted = try planned.cost(context: context).seconds
        let taken = try PairedTimes.seconds {
            _ = try RunJob(configuration: job, folder: run, context: context).run()
            _ = try AnalyzeRun(folder: run, context: context).run()
        }
        return BenchmarkLine(
            "\(Self.name), \(name)", value: predicted, unit: "s", against: .peer("taken", taken), ratio: predicted / taken,
            note: "taken \(taken.rounded(to: 1)) s, from the plan to the tables")
    }
}
