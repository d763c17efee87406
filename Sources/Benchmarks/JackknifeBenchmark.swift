import Diagnostics
import Kernels

/// What the error bars and the further draws of the rotations cost, which the authors' pipeline does not have: the end of a job with four
/// replicates and five draws, as `run` has it, beside that of one with neither, by turns over statistics that stay. It does not grow with the
/// tokens.
///
/// The residual is the largest difference of a standard error from plain loops over the correlations without each replicate.
struct JackknifeBenchmark {
    private let configuration: BenchmarkConfiguration
    private let width: Int
    private static let replicates = 4, draws = 5
    /// Rounds behind the one that warms up: one takes half a minute.
    private static let rounds = 3

    /// - Parameter width: of the residual stream.
    init(_ configuration: BenchmarkConfiguration, width: Int? = nil) {
        self.configuration = configuration
        self.width = width ?? configuration.size(quick: 256, full: 768)
    }

    func line() throws -> BenchmarkLine {
        // Two column groups, one for each of two threads.
        var shape = RandomJob.Shape(models: 2, layers: 2, width: width, rows: 16, context: 256)
        let threads = configuration.team.count
        let plain = try RandomJob(shape)
        shape.shards = Self.replicates
        shape.draws = Self.draws
        let full = try RandomJob(shape)
        for job in [plain, full] { try job.computeStatistics(threads: threads) }
        let times = try PairedTimes.measure(
            rounds: Self.rounds, ours: { try full.analysisSeconds(threads: threads) },
            theirs: { try plain.analysisSeconds(threads: threads) })
        let blocks = Double(shape.pairBlocks)
        return BenchmarkLine(
            "end of a job, \(Self.replicates) replicates and \(Self.draws) draws", value: times.seconds / blocks, unit: "s/block",
            against: .peer("no jackknife, one draw", times.theirSeconds / blocks),
            residual: try full.largestDifferenceOfErrors(team: configuration.team), tolerance: 2e-5,
            note: "without jackknife and with one draw \((times.theirSeconds / blocks).rounded(to: 2)) s a block of "
                + "\(4 * shape.width) x \(4 * shape.width); the median of \(CountText.of(Self.rounds, "round"))")
    }
}
