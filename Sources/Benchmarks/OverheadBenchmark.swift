import Foundation
import Pipeline
import Storage
import SystemPackage

/// The demo with two workers and a reducer against the demo in one process, on the same threads, by turns.
struct OverheadBenchmark {
    private let configuration: BenchmarkConfiguration
    private let tokens: String
    private let rounds: Int
    private let demo = ProjectFiles.find("configs/demo.yaml")

    /// - Parameter tokens: the budget; nil: all, or with `quick` as many as take seconds.
    init(_ configuration: BenchmarkConfiguration, tokens: String? = nil, rounds: Int? = nil) {
        self.configuration = configuration
        self.tokens = tokens ?? (configuration.quick ? "50k" : "all")
        // Each takes minutes with the whole budget; the first pair warms up the files.
        self.rounds = rounds ?? (configuration.quick ? 1 : 2)
    }

    func line() throws -> BenchmarkLine {
        let name = "demo, \(tokens) tokens, 2 workers and a reducer"
        guard let program = configuration.program else { return .skipped(name, unit: "s", because: "no program to start") }
        guard let demo else { return .skipped(name, unit: "s", because: "no configs/demo.yaml") }
        var digests: Set<String> = []
        func seconds(_ options: [String]) throws -> Double {
            let folder = try ScratchFolder()
            let arguments = ["run", demo.string, "--output", "run", "--tokens", tokens, "--threads", "\(max(1, configuration.threads))"]
            let seconds = try PairedTimes.seconds {
                try MeasuredProcess("run", program: program, arguments: arguments + ["--quiet"] + options, in: folder.path).finish()
            }
            let summary = RunFolder(folder.path.appending("run")).summary
            digests.insert(try withExtendedLifetime(folder) { try JSONFile.read(Digest.self, from: summary).statistics })
            return seconds
        }
        let times = try PairedTimes.measure(
            rounds: rounds, ours: { try seconds(["--workers", "2", "--reducers", "1"]) }, theirs: { try seconds([]) })
        let note = "\((times.theirSeconds * 10).rounded() / 10) s in one process; the ratio is a cost, at most 1.3 with all tokens"
        return BenchmarkLine(
            name, value: times.seconds, unit: "s", against: .peer("one process", times.theirSeconds), ratio: 1 / times.ratio,
            residual: digests.count == 1 ? 0 : 1, tolerance: 0, note: note)
    }

    /// What a run's summary says of its statistics: the same bits however they were computed.
    private struct Digest: Decodable {
        let statistics: String

        private enum CodingKeys: String, CodingKey { case statistics = "statistics_sha256" }
    }
}
