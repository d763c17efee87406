import Foundation
import Pipeline
import Storage
import SystemPackage

/// A job with two workers and a reducer against the same job in one process, on the same threads, by turns: the demo, or with `quick` a
/// small one over random models.
struct OverheadBenchmark {
    /// Some seconds a run on a slow machine: the demo takes half a minute with however few tokens, and there are four runs.
    static let quickShape = RandomJob.Shape(models: 3, layers: 2, width: 64, rows: 64, context: 256, shards: 8)

    private let configuration: BenchmarkConfiguration
    private let rounds: Int

    init(_ configuration: BenchmarkConfiguration) {
        self.configuration = configuration
        // Each takes minutes with the whole demo; the first pair warms up the files.
        rounds = configuration.size(quick: 1, full: 2)
    }

    func line() throws -> BenchmarkLine {
        guard configuration.quick else {
            return try line(
                "demo, all tokens", configuration.demo, otherwise: "no configs/demo.yaml", note: "the ratio is a cost, at most 1.3")
        }
        let shape = Self.quickShape
        let job = try RandomJob(shape)
        let models = "\(shape.models) random models of \(shape.layers) layers of \(4 * shape.width) neurons"
        return try withExtendedLifetime(job) {
            try line(
                "\(models), \(shape.rows * shape.context) tokens, \(shape.shards) shards", job.file, otherwise: "",
                note: "in a job of seconds the ratio is mostly what it costs to start processes; without --quick it is the whole demo")
        }
    }

    /// - Parameter job: its configuration's file; nil: there is none, for a reason.
    private func line(_ shape: String, _ job: FilePath?, otherwise reason: String, note: String) throws -> BenchmarkLine {
        let name = "\(shape), 2 workers and a reducer"
        guard let program = configuration.program else { return .skipped(name, unit: "s", because: "no program to start") }
        guard let job else { return .skipped(name, unit: "s", because: reason) }
        var digests: Set<String> = []
        func seconds(_ options: [String]) throws -> Double {
            let folder = try ScratchFolder()
            let arguments = ["run", job.string, "--output", "run", "--tokens", "all", "--threads", "\(max(1, configuration.threads))"]
            let seconds = try PairedTimes.seconds {
                try MeasuredProcess("run", program: program, arguments: arguments + ["--quiet"] + options, in: folder.path).finish()
            }
            let summary = RunFolder(folder.path.appending("run")).summary
            digests.insert(try withExtendedLifetime(folder) { try JSONFile.read(Digest.self, from: summary).statistics })
            return seconds
        }
        let times = try PairedTimes.measure(
            rounds: rounds, ours: { try seconds(["--workers", "2", "--reducers", "1"]) }, theirs: { try seconds([]) })
        return BenchmarkLine(
            name, value: times.seconds, unit: "s", against: .peer("one process", times.theirSeconds), ratio: 1 / times.ratio,
            residual: digests.count == 1 ? 0 : 1, tolerance: 0,
            note: "\((times.theirSeconds * 10).rounded() / 10) s in one process; \(note)")
    }

    /// What a run's summary says of its statistics: the same bits however they were computed.
    private struct Digest: Decodable {
        let statistics: String

        private enum CodingKeys: String, CodingKey { case statistics = "statistics_sha256" }
    }
}
