import Kernels

/// What the error bars and the further draws of the rotations cost, which the authors' pipeline does not have: the end of a job with four
/// replicates and five draws, as `run` has it, beside that of one with neither. It does not grow with the tokens.
struct JackknifeBenchmark {
    private let configuration: BenchmarkConfiguration
    private let width: Int
    private static let replicates = 4, draws = 5

    /// - Parameter width: of the residual stream.
    init(_ configuration: BenchmarkConfiguration, width: Int? = nil) {
        self.configuration = configuration
        self.width = width ?? configuration.size(quick: 256, full: 768)
    }

    func line() throws -> BenchmarkLine {
        // Two column groups, one for each of two threads.
        var shape = RandomJob.Shape(models: 2, layers: 2, width: width, rows: 16, context: 256)
        let threads = configuration.team.count
        let plain = try RandomJob(shape).times(threads: threads).analysis
        shape.shards = Self.replicates
        shape.draws = Self.draws
        let full = try RandomJob(shape).times(threads: threads).analysis
        let blocks = Double(shape.pairBlocks)
        return BenchmarkLine(
            "end of a job, \(Self.replicates) replicates and \(Self.draws) draws", value: full / blocks, unit: "s/block",
            against: .peer("no jackknife, one draw", plain / blocks),
            note: "without jackknife and with one draw \((plain / blocks).rounded(to: 2)) s a block of \(4 * shape.width) x "
                + "\(4 * shape.width)")
    }
}
