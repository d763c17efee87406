import Foundation
import FoundationNetworking
import Testing

/// A coordinator and a reducer with keys and metrics, and workers as they come.
final class MeteredCluster {
    private static let metrics = ["--metrics", "127.0.0.1:*"]

    let coordinator, reducer: StartedProgram
    private let cluster: StartedCluster
    private var started = 0

    init(_ run: TinyRun) throws {
        try run.program("keys", "init", "keys")
        cluster = StartedCluster(run: run, keys: "keys")
        coordinator = try cluster.coordinator(Self.metrics)
        reducer = try cluster.reducer("store", Self.metrics)
    }

    /// Starts a worker.
    func worker() throws -> StartedProgram {
        started += 1
        return try cluster.worker("worker\(started)", Self.metrics)
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
