import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage

@testable import Pipeline
@testable import Statistics

/// A run of planted models over random tokens, through the whole pipeline; its folder is gone when it is made.
struct PlantedRun {
    let outcome: AnalysisOutcome
    let statistics: StoredStatistics
    /// Counted tokens of each domain, counted one by one.
    let countedTokens: [Int]

    /// - Parameters:
    ///   - models: with their ids; the first is the reference.
    ///   - rows: of 32 tokens.
    ///   - cycle: the domains of rows that follow each other, again and again: of different sizes, mixed.
    ///   - vocabularies: the tokens of each domain; nil: all of the vocabulary.
    ///   - change: changes the configuration.
    ///   - use: is given the run's folder before it goes.
    init(
        models: [(String, PlantedModel)], rows: Int = 256, cycle: [UInt16] = [0, 0, 0, 1, 1, 2], vocabularies: [Range<Int32>]? = nil,
        change: (inout Configuration) -> Void = { _ in }, use: (RunFolder, JobContext) throws -> Void = { _, _ in }
    ) throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("planted-\(UUID().uuidString)").path)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        for (id, model) in models { try model.write(to: folder.appending(id)) }
        var generator = SeededGenerator(seed: 3)
        let context = PlantedModel.positions
        let domains = (0..<rows).map { cycle[$0 % cycle.count] }
        let tokens = (0..<rows * context).map { place in
            Int32.random(in: vocabularies?[Int(domains[place / context])] ?? 0..<Int32(PlantedModel.vocabulary), using: &generator)
        }
        try NumpyWriter.write(tokens, shape: [rows, context], to: folder.appending("tokens.npy"))
        try NumpyWriter.write(domains, shape: [rows], to: folder.appending("tokens.domains.npy"))
        var corpus = CorpusConfiguration(path: folder.appending("tokens.npy"))
        corpus.mask = []
        var configuration = Configuration(
            name: "planted", corpus: corpus, tokens: .all, models: models.map { ModelReference(id: $0.0, path: folder.appending($0.0)) })
        configuration.features.isEnabled = false
        // A neuron that one of two models has reaches (1 − baseline) / 2, about 0.3; one that both have twice as much.
        configuration.threshold = 0.38
        configuration.rotations.draws = 3
        change(&configuration)
        var counted = [Int](repeating: 0, count: Set(cycle).count)
        for (place, token) in tokens.enumerated() where !configuration.corpus.mask.contains(.id(Int(token))) {
            counted[Int(domains[place / context])] += 1
        }
        countedTokens = counted
        let (run, job) = (RunFolder(folder.appending("run")), JobContext(team: ThreadTeam(count: 2)))
        let planned = try RunJob(configuration: configuration, folder: run, context: job).run()
        outcome = try AnalyzeRun(folder: run, context: job).run()
        try use(run, job)
        // The snapshot keeps its files open after the folder is gone.
        statistics = StoredStatistics(
            snapshot: outcome.snapshot, calibration: planned.calibration, replicates: configuration.replicates,
            domains: planned.plan.numbers.corpus.strataDomains)
    }

    /// The tokens that a block has of each domain, as the store's files say.
    func tokens(ofDomains block: Block) -> [Int] {
        (0..<statistics.domains).map { domain in
            (0..<statistics.replicates).reduce(0) { sum, replicate in
                let key = SectionKey(kind: .block, index: block.index, stratum: replicate * statistics.domains + domain)
                return sum + (statistics.snapshot.merges[key]?.chosen ?? []).reduce(0) { $0 + $1.entry.tokens }
            }
        }
    }

    /// A block's correlations over all replicates.
    func correlations(_ block: Block) throws -> [Float] {
        let layout = statistics.layout
        var values = [Float](repeating: .nan, count: layout.groups[block.rows].columns * layout.groups[block.columns].columns)
        try statistics.correlations(of: block, over: .all(statistics.replicates), into: &values)
        return values
    }
}
