import Kernels
import Statistics

/// A whole job of rounded activations against the exact one, and that beside what Amdahl's law leaves: the exact job's time with its
/// cross-products at the speed of integers and all else as it is, the forward passes first of all.
///
/// The cross-products' part of a job is measured as the engine's time on the same shape and tokens, over activations that cost nothing. The
/// residual is the largest difference of a best correlation between the two jobs, of the first pair: no larger than a correlation's error.
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
        let found = try jobs(bits)
        let (jobs, forward) = (found.times, found.forward)
        let products = try products(bits)
        let rest = jobs.theirSeconds - products.theirSeconds
        let left = jobs.theirSeconds / (rest + products.seconds)
        let name = "\(bits.rawValue) bits"
        return Result(
            lines: [
                BenchmarkLine(
                    "\(Self.job) \(name)", value: jobs.seconds, unit: "s", against: .peer("exact", jobs.theirSeconds), ratio: jobs.ratio,
                    residual: found.error, tolerance: found.tolerance,
                    note: "exact \(jobs.theirSeconds.rounded(to: 1)) s: \(found.share)"),
                BenchmarkLine(
                    "\(Self.law), \(name)", value: jobs.ratio, unit: "times", against: .limit("Amdahl's law", left),
                    ratio: jobs.ratio / left, residual: found.error, tolerance: found.tolerance,
                    note: "of the exact job cross-products are \(products.theirSeconds.rounded(to: 1)) s, as integers "
                        + "\(products.seconds.rounded(to: 1)) s; forward passes \(forward.rounded(to: 1)) s, all but cross-products "
                        + "\(rest.rounded(to: 1)) s"),
            ], ratio: jobs.ratio)
    }

    /// Both jobs.
    private struct Jobs {
        var times = PairedTimes()
        /// Seconds of the forward passes alone.
        var forward = 0.0
        /// The largest difference of a best correlation, and what it may be: six times what the roundings are said to move the pair by that they
        /// move most.
        var error = Double.infinity, tolerance = 0.0
        /// What the exact job is of the speed of bare products.
        var share = ""
    }

    /// Both jobs by turns, and the job's forward passes alone. Nothing warms up: a job of minutes is begun cold.
    private func jobs(_ bits: QuantisedBits) throws -> Jobs {
        let job = try RandomJob(shape)
        var jobs = Jobs()
        for _ in 0..<configuration.size(quick: 2, full: 1) {
            let ours = try job.times(threads: configuration.team.count, precision: .int8(bits)).whole
            let rounded = job.found
            jobs.times.add(ours: ours, theirs: try job.times(threads: configuration.team.count).whole)
            guard let rounded, let exact = job.found, let predicted = rounded.roundingError?.largest else { continue }
            jobs.error = LargestDeviation.between(rounded.best, exact.best)
            jobs.tolerance = 6 * predicted + 1e-4
        }
        jobs.share = try job.share(seconds: jobs.times.theirSeconds, team: configuration.team)
        jobs.forward = try job.forwardSeconds(team: configuration.team)
        return jobs
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
