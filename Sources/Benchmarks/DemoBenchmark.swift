import Foundation
import Pipeline
import Storage
import SystemPackage

/// The demo as a newcomer runs it: one process, from an empty folder to the report, and the most memory that it takes.
struct DemoBenchmark {
    private let configuration: BenchmarkConfiguration
    private let budgets: [String]

    /// What the names of the lines begin with, before the budget.
    static let time = "whole demo", memory = "the demo's memory"
    /// The budget of `configs/demo.yaml`, and everything.
    static let usual = "100k", everything = "all"
    /// With it most of the time is what does not depend on the tokens.
    private static let few = "20k"

    /// - Parameter budgets: of the runs that are measured.
    init(_ configuration: BenchmarkConfiguration, budgets: [String]? = nil) {
        self.configuration = configuration
        self.budgets = budgets ?? configuration.size(quick: [Self.few], full: [Self.usual, Self.everything])
    }

    func lines() throws -> [BenchmarkLine] { try budgets.flatMap(lines) }

    /// How long it takes, and its memory.
    private func lines(tokens: String) throws -> [BenchmarkLine] {
        let names = [Self.time, Self.memory].map { "\($0), \(tokens) tokens" }
        let units = ["s", "MB"]
        func skipped(_ reason: String) -> [BenchmarkLine] {
            zip(names, units).map { BenchmarkLine.skipped($0, unit: $1, because: reason) }
        }
        guard let program = configuration.program else { return skipped("no program to start") }
        guard let demo = configuration.demo else { return skipped("configs/demo.yaml was not found") }
        let folder = try ScratchFolder()
        let arguments = ["run", demo.string, "--output", "run", "--tokens", tokens, "--threads", "\(configuration.team.count)", "--quiet"]
        var peak = 0
        let seconds = try PairedTimes.seconds {
            peak = try MeasuredProcess("demo", program: program, arguments: arguments, in: folder.path).finishAtPeak()
        }
        let summary = try withExtendedLifetime(folder) {
            try JSONFile.read(Summary.self, from: RunFolder(folder.path.appending("run")).summary)
        }
        return [
            BenchmarkLine(
                names[0], value: seconds, unit: units[0], note: "\(Int((Double(summary.tokens) / seconds).rounded())) counted tokens/s"),
            BenchmarkLine(names[1], value: Double(peak) / 1e6, unit: units[1]),
        ]
    }

    /// What a run's summary says of its size.
    private struct Summary: Decodable {
        /// Those that the mask leaves.
        let tokens: Int
    }
}
