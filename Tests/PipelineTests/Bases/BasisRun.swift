import Kernels
import SmallRuns
import Storage
import SystemPackage

@testable import Pipeline
@testable import Statistics

/// The two models of `Fixtures/Bases` over its tokens, with what numpy says of their columns.
final class BasisRun {
    private static let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Fixtures")
    /// Tokens of a row.
    static let context = 40

    let arrays: [String: NumpyArray]
    var configuration: Configuration
    private let temporary: TemporaryFolder
    var folder: RunFolder { RunFolder(temporary.file("run")) }

    init(_ columns: ColumnBasis?, change: (inout Configuration) -> Void = { _ in }) throws {
        arrays = try NumpyArchive.read(Self.fixtures.appending("Bases").appending("bases.npz"))
        temporary = try TemporaryFolder()
        guard let tokens = arrays["tokens"] else { throw StorageError.notFound(Self.fixtures) }
        try NumpyWriter.write(tokens.values(as: Int32.self), shape: tokens.shape, to: temporary.file("tokens.npy"))
        var corpus = CorpusConfiguration(path: temporary.file("tokens.npy"))
        corpus.mask = []
        let models = [("a", "GPT2"), ("b", "GPTNeoX")].map { id, kind in
            ModelReference(id: id, path: Self.fixtures.appending(kind).appending("long-rows"))
        }
        configuration = Configuration(name: "bases", corpus: corpus, tokens: .all, models: models)
        configuration.columns = columns
        configuration.features.isEnabled = false
        configuration.rotations.draws = 2
        configuration.replicates = 2
        configuration.shard = .tokens(6 * Self.context)
        // The finest step, so that rounding shows as little as it can.
        configuration.resolution = try Resolution(parsing: "1/1024")
        change(&configuration)
    }

    func file(_ name: String) -> FilePath { temporary.file(name) }

    func context(threads: Int = 2) -> JobContext { JobContext(team: ThreadTeam(count: threads)) }

    /// Makes the plan.
    @discardableResult
    func plan(threads: Int = 2) throws -> PlannedRun {
        try PlanJob(configuration: configuration, folder: folder, context: context(threads: threads)).run()
    }

    /// Computes the statistics.
    @discardableResult
    func compute(threads: Int = 2) throws -> PlannedRun {
        try RunJob(configuration: configuration, folder: folder, context: context(threads: threads)).run()
    }

    /// Analyses them.
    @discardableResult
    func analyze() throws -> AnalysisOutcome { try AnalyzeRun(folder: folder, context: context()).run() }

    /// The correlations of all columns of a with all of b, `[columns of a, columns of b]`, layer by layer.
    func correlations(_ planned: PlannedRun, _ outcome: AnalysisOutcome) throws -> [Double] {
        let statistics = StoredStatistics(
            snapshot: outcome.snapshot, calibration: planned.calibration, replicates: configuration.replicates,
            domains: planned.plan.numbers.corpus.strataDomains)
        let layout = planned.layout
        let (rows, columns) = (layout.groups(of: "a"), layout.groups(of: "b"))
        let width = layout.groups[0].columns
        var all = [Double](repeating: .nan, count: rows.count * columns.count * width * width)
        for (i, row) in rows.enumerated() {
            for (j, column) in columns.enumerated() {
                guard let block = layout.block(rows: row, columns: column) else { continue }
                var values = [Float](repeating: .nan, count: width * width)
                try statistics.correlations(of: block, over: .all(configuration.replicates), into: &values)
                for place in values.indices {
                    let (x, y) = (i * width + place / width, j * width + place % width)
                    all[x * columns.count * width + y] = Double(values[place])
                }
            }
        }
        return all
    }
}
