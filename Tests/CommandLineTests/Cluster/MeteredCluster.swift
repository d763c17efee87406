import Foundation
import FoundationNetworking
import Testing

/// A coordinator and a reducer with keys and metrics, and workers as they come.
final class MeteredCluster {
    private struct NoAddress: Error { let log: String }

    let run: TinyRun
    let coordinator, reducer: StartedProgram
    private let endpoint: String
    private var started = 0

    init(_ run: TinyRun) throws {
        self.run = run
        try run.program("keys", "init", "keys")
        let metrics = ["--metrics", "127.0.0.1:*", "--keys", "keys"]
        coordinator = try StartedProgram(
            "coordinator", ["coordinator", "run.yaml", "--output", "out", "--listen", "tcp://127.0.0.1:*"] + metrics, in: run.folder)
        guard coordinator.waits(for: " tasks at tcp://"), let match = coordinator.errors.firstMatch(of: /tasks at (tcp:\S+)/) else {
            throw NoAddress(log: coordinator.errors)
        }
        endpoint = String(match.output.1)
        reducer = try StartedProgram(
            "reducer", ["reducer", "--connect", endpoint, "--store", "store", "--listen", "tcp://127.0.0.1:*"] + metrics, in: run.folder)
    }

    /// Starts a worker.
    func worker() throws -> StartedProgram {
        started += 1
        let arguments = ["worker", "--connect", endpoint, "--keys", "keys", "--metrics", "127.0.0.1:*", "--threads", "1", "--memory", "2G"]
        return try StartedProgram("worker\(started)", arguments, in: run.folder)
    }
}

/// The metrics of a process at one moment.
struct Scrape {
    let text: String

    /// Fetches them over HTTP; nil where nobody answers.
    init?(_ program: StartedProgram) {
        guard program.waits(for: "/metrics\n"), let match = program.errors.firstMatch(of: /metrics are at (http:\S+)/),
            let url = URL(string: String(match.output.1)), let data = try? Data(contentsOf: url)
        else { return nil }
        text = String(decoding: data, as: UTF8.self)
    }

    /// The number of a series, which is named as the text does: with its labels.
    subscript(series: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix("\(series) ") }.flatMap { Double($0.dropFirst(series.utf8.count + 1)) }
    }

    /// Waits until a process's metrics are so, or it has ended.
    static func awaits(
        _ program: StartedProgram, sourceLocation: SourceLocation = #_sourceLocation, _ condition: (Scrape) throws -> Bool
    ) rethrows -> Bool {
        try program.waits("what its metrics should tell", sourceLocation: sourceLocation) {
            guard let scrape = Scrape(program) else { return false }
            return try condition(scrape)
        }
    }
}
