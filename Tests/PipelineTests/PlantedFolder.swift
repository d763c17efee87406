import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage

@testable import Pipeline

/// Two small planted models over random tokens of three domains, and a configuration of them, in a folder that goes with this object.
final class PlantedFolder {
    let path: FilePath
    var configuration: Configuration
    var run: RunFolder { RunFolder(path.appending("run")) }

    /// - Parameter rows: of 32 tokens.
    init(rows: Int = 64, change: (inout Configuration) -> Void = { _ in }) throws {
        let path = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("planted-\(UUID().uuidString)").path)
        let models = ["a", "b"].map { ModelReference(id: $0, path: path.appending($0)) }
        for (index, model) in models.enumerated() { try PlantedModel(seed: UInt64(index), embedding: 9).write(to: model.path) }
        var generator = SeededGenerator(seed: 5)
        let context = PlantedModel.positions
        let tokens = (0..<rows * context).map { _ in Int32.random(in: 0..<Int32(PlantedModel.vocabulary), using: &generator) }
        try NumpyWriter.write(tokens, shape: [rows, context], to: path.appending("tokens.npy"))
        try NumpyWriter.write((0..<rows).map { UInt16($0 % 3) }, shape: [rows], to: path.appending("tokens.domains.npy"))
        self.path = path
        var corpus = CorpusConfiguration(path: path.appending("tokens.npy"))
        corpus.mask = []
        configuration = Configuration(name: "planted", corpus: corpus, tokens: .all, models: models)
        configuration.features.isEnabled = false
        configuration.rotations.draws = 2
        configuration.replicates = 2
        configuration.shard = .tokens(16 * context)
        change(&configuration)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    /// What jobs are given.
    func context(progress: any ProgressReporter = SilentProgress(), stop: StopRequest = StopRequest()) -> JobContext {
        JobContext(team: ThreadTeam(count: 2), progress: progress, stop: stop)
    }

    /// Makes the plan.
    @discardableResult
    func plan() throws -> PlannedRun { try PlanJob(configuration: configuration, folder: run, context: context()).run() }

    /// Computes the statistics.
    @discardableResult
    func compute() throws -> PlannedRun { try RunJob(configuration: configuration, folder: run, context: context()).run() }

    /// Analyses them.
    @discardableResult
    func analyze() throws -> AnalysisOutcome { try AnalyzeRun(folder: run, context: context()).run() }

    /// Whether there is something of that name in the run's folder.
    func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: run.path.appending(name).string) }
}
