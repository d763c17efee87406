import Kernels

/// What a second thread brings to a whole job, from the plan to the tables: one thread and two by turns; beside it what it brings to bare
/// products, more than which the machine does not give.
struct ThreadBenchmark {
    private let configuration: BenchmarkConfiguration
    private let shape: RandomJob.Shape
    private static let name = "second thread, whole job", unit = "s"

    init(_ configuration: BenchmarkConfiguration, shape: RandomJob.Shape? = nil) {
        self.configuration = configuration
        self.shape =
            shape
            ?? RandomJob.Shape(models: 3, layers: 2, width: configuration.size(quick: 256, full: 768), rows: 32, context: 512)
    }

    func line() throws -> BenchmarkLine {
        guard configuration.team.count > 1, ThreadTeam.coresOfThisProcess > 1 else {
            return .skipped(Self.name, unit: Self.unit, because: "there is one core, or one thread was asked for")
        }
        let job = try RandomJob(shape)
        var digests: Set<String?> = []
        var (whole, statistics, analysis, bare) = (PairedTimes(), PairedTimes(), PairedTimes(), PairedTimes())
        var busy: [Double] = []
        let edge = configuration.size(quick: 256, full: 1_024)
        // Nothing warms up: a job begins cold each time, and the larger ones take a minute.
        for _ in 0..<configuration.size(quick: 3, full: 2) {
            bare.add(ours: try Self.products(edge: edge, threads: 2), theirs: try Self.products(edge: edge, threads: 1))
            let two = try job.times(threads: 2)
            digests.insert(job.found?.digest)
            busy.append(two.busy)
            let one = try job.times(threads: 1)
            digests.insert(job.found?.digest)
            whole.add(ours: two.whole, theirs: one.whole)
            statistics.add(ours: two.statistics, theirs: one.statistics)
            analysis.add(ours: two.analysis, theirs: one.analysis)
        }
        return BenchmarkLine(
            Self.name, value: whole.seconds, unit: Self.unit, against: .peer("one thread", whole.theirSeconds), ratio: whole.ratio,
            residual: digests.count == 1 ? 0 : 1, tolerance: 0,
            note: "one thread \(whole.theirSeconds.rounded(to: 1)) s; statistics \(statistics.ratio.rounded(to: 2)), whose threads "
                + "are at work \((PairedTimes.median(busy) * 100).rounded(to: 1)) % of the time, end "
                + "\(analysis.ratio.rounded(to: 2)); bare SGEMM \(bare.ratio.rounded(to: 2))")
    }

    /// The seconds of as many bare products of tiles with so many threads.
    private static func products(edge: Int, threads: Int) throws -> Double {
        let (team, tokens, count) = (ThreadTeam(count: threads), 4_096, 48)
        var numbers = SeededFloats(seed: 17)
        let factors = (0..<2).map { _ in FloatBuffer(count: edge * tokens) }
        for factor in factors { for index in 0..<factor.count { factor.pointer[index] = numbers.next() } }
        let results = (0..<threads).map { _ in FloatBuffer(count: edge * edge) }
        return try PairedTimes.seconds {
            try team.forEach(count) { _, thread in
                Gemm.multiply(
                    edge, edge, tokens, factors[0].pointer, lda: edge, transposeA: true, factors[1].pointer, ldb: edge,
                    into: results[thread].pointer, ldc: edge)
            }
        }
    }
}
