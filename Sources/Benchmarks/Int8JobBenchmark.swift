import Kernels
import Statistics

/// A whole job of rounded activations against the exact one, and that beside what Amdahl's law leaves: the exact job's time with its
/// cross-products at the speed of integers and all else as it is, the forward passes first of all.
///
/// The cross-products' part of a job is measured as the engine's time on the same shape and tokens, over activations that cost nothing.
struct Int8JobBenchmark {
    private let configuration: BenchmarkConfiguration
    private let shape: RandomJob.Shape
    /// What the names of the lines begin with.
    static let job = "whole job of", law = "speed-up of it beside Amdahl's law"

    /// - Parameter shape: that of the job against the authors' pipeline, unless told otherwise.
    init(_ configuration: BenchmarkConfiguration, shape: RandomJob.Shape? = nil) {
        self.configuration = configuration
        self.shape = shape ?? AuthorsBenchmark.shape(configuration)
    }

    /// What was found.
    struct Result {
        let lines: [BenchmarkLine]
        /// The exact job's time over that of the rounded one.
        let ratio: Double
    }

    func measure() throws -> Result {
        let bits = Int8Gemm.mostBits
        let (jobs, forward) = try jobs(bits)
        let products = try products(bits)
        let rest = jobs.theirSeconds - products.theirSeconds
        let left = jobs.theirSeconds / (rest + products.seconds)
        let name = "\(bits.rawValue) bits"
        return Result(
            lines: [
                BenchmarkLine(
                    "\(Self.job) \(name)", value: jobs.seconds, unit: "s", against: .peer("exact", jobs.theirSeconds), ratio: jobs.ratio,
                    note: "exact \(jobs.theirSeconds.rounded(to: 1)) s"),
                BenchmarkLine(
                    "\(Self.law), \(name)", value: jobs.ratio, unit: "times", against: .limit("Amdahl's law", left),
                    ratio: jobs.ratio / left,
                    note: "of the exact job cross-products are \(products.theirSeconds.rounded(to: 1)) s, as integers "
                        + "\(products.seconds.rounded(to: 1)) s; forward passes \(forward.rounded(to: 1)) s, all but cross-products "
                        + "\(rest.rounded(to: 1)) s"),
            ], ratio: jobs.ratio)
    }

    /// Both jobs by turns, and the seconds of the job's forward passes alone. Nothing warms up: a job of minutes is begun cold.
    private func jobs(_ bits: QuantisedBits) throws -> (times: PairedTimes, forward: Double) {
        let job = try RandomJob(shape)
        var times = PairedTimes()
        for _ in 0..<configuration.size(quick: 2, full: 1) {
            let ours = try job.times(threads: configuration.team.count, precision: .int8(bits)).whole
            times.add(ours: ours, theirs: try job.times(threads: configuration.team.count).whole)
        }
        return (times, try job.forwardSeconds(team: configuration.team))
    }

    /// The engine's time over as many tokens as the job has, with its blocks.
    private func products(_ bits: QuantisedBits) throws -> PairedTimes {
        let shard = try SyntheticShard(
            models: shape.models, layers: shape.layers, columns: 4 * shape.width, tokens: shape.rows * shape.context,
            team: configuration.team)
        let steps = shard.steps(bits)
        return try PairedTimes.measure(
            rounds: configuration.size(quick: 2, full: 1),
            ours: { try shard.partial(AccumulationSettings(bits: bits), steps).seconds },
            theirs: { try shard.partial(SyntheticShard.exact, shard.calibration).seconds })
    }
}
