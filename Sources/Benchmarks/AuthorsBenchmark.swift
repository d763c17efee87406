import Kernels
import Storage
import SystemPackage

/// A whole job against the authors' pipeline on PyTorch (SPEC, section 10), as it is and with float32 sums: the same models, tokens and
/// pairs, baselines included, and on our side no more than the peer computes: one draw of the rotations, no jackknife.
///
/// A job's end does not grow with the tokens, and here there are few of them: the notes say what either side takes for the tokens alone,
/// which is what a long run comes to.
struct AuthorsBenchmark {
    private let configuration: BenchmarkConfiguration
    private let shape: RandomJob.Shape
    static let names = ["whole job against the authors' pipeline", "whole job against it with float32 sums"]

    /// - Parameter shape: GPT-2 small of four layers in five models over one batch of the authors', unless told otherwise.
    init(_ configuration: BenchmarkConfiguration, shape: RandomJob.Shape? = nil) {
        self.configuration = configuration
        self.shape = shape ?? Self.shape(configuration)
    }

    /// The job of the whole-job measurements.
    static func shape(_ configuration: BenchmarkConfiguration) -> RandomJob.Shape {
        configuration.size(
            quick: RandomJob.Shape(models: 3, layers: 2, width: 256, rows: 24, context: 256),
            full: RandomJob.Shape(models: 5, layers: 4, width: 768, rows: 24, context: 512))
    }

    /// What was found.
    struct Result {
        let lines: [BenchmarkLine]
        /// Against the pipeline as it is, and with float32 sums.
        var ratio: Double?, float32Ratio: Double?
    }

    func measure() throws -> Result {
        let job = try RandomJob(shape)
        guard let python = configuration.python, let peers = configuration.peers else {
            return try alone(job, because: configuration.python == nil ? "no --python" : "deploy/bench was not found")
        }
        do {
            let peer = try PeerProcess(
                python: python, folder: peers, script: "authors_peer.py",
                arguments: [
                    job.models.map(\.string).joined(separator: ","), job.tokens.string, "\(shape.rows)", "\(shape.context)",
                    "\(configuration.team.count)",
                ], threads: configuration.team.count)
            return try compare(job, peer)
        } catch BenchmarkError.peerFailed(let script, let reason) {
            return try alone(job, because: "\(script): \(reason)")
        }
    }

    /// The three by turns. Nothing warms up: a job of minutes is begun cold on either side.
    private func compare(_ job: RandomJob, _ peer: PeerProcess) throws -> Result {
        var (asItIs, float32) = (Turns(), Turns())
        var baselines = (ours: Double.nan, theirs: Double.nan)
        let (best, reference) = (job.folder.path.appending("best.f32"), job.folder.path.appending("correlations.f32"))
        for _ in 0..<configuration.size(quick: 2, full: 1) {
            let ours = try job.times(threads: configuration.team.count)
            asItIs.add(ours, try PeerTimes(peer, "run authors"))
            _ = try peer.ask("best \(best)")
            let theirs = try PeerTimes(peer, "run float32")
            float32.add(ours, theirs)
            baselines = (job.found?.meanBaseline ?? .nan, theirs.meanBaseline)
        }
        _ = try peer.ask("correlations \(reference)")
        let lines = [
            // Their activations, a batch's sums and the correlations are float16, of 11 bits: 5e-4 of each of them.
            BenchmarkLine(
                Self.names[0], value: asItIs.job.seconds, unit: "s", against: .peer("the authors' pipeline", asItIs.job.theirSeconds),
                ratio: asItIs.job.ratio, residual: try Self.largestDifference(job.found?.best ?? [], from: best), tolerance: 1e-2,
                note: "\(asItIs.note); \(try job.share(seconds: asItIs.job.seconds, team: configuration.team)); the residual is the "
                    + "largest difference of a best correlation in the first pair"),
            // What is left is the rounding to q of a chunk, and float32 sums over thousands of tokens: about 1e-5.
            BenchmarkLine(
                Self.names[1], value: float32.job.seconds, unit: "s",
                against: .peer("it with float32 sums", float32.job.theirSeconds), ratio: float32.job.ratio,
                residual: try job.largestDifference(from: reference, team: configuration.team), tolerance: 1e-4,
                note: float32.note + "; mean baseline \(baselines.ours.rounded(to: 4)), theirs \(baselines.theirs.rounded(to: 4))"
                    + " (\(peer.versions))"),
        ]
        return Result(lines: lines, ratio: asItIs.job.ratio, float32Ratio: float32.job.ratio)
    }

    /// The largest difference from the numbers of a file of float32.
    private static func largestDifference(_ ours: [Float], from path: FilePath) throws -> Double {
        let file = try MappedFile(path)
        guard file.bytes.count == ours.count * MemoryLayout<Float>.size else { return .infinity }
        let theirs = withExtendedLifetime(file) {
            ours.indices.map { file.bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Float>.size, as: Float.self) }
        }
        return LargestDeviation.between(ours, theirs)
    }

    private func alone(_ job: RandomJob, because reason: String) throws -> Result {
        let times = try job.times(threads: configuration.team.count)
        let line = BenchmarkLine(
            Self.names[0], value: times.whole, unit: "s",
            note: "statistics \(times.statistics.rounded(to: 1)) s, end \(times.analysis.rounded(to: 1)) s; "
                + "\(try job.share(seconds: times.whole, team: configuration.team)); the peer skipped: \(reason)")
        return Result(lines: [line, .skipped(Self.names[1], unit: "s", because: reason)])
    }

    /// What the peer says of a run.
    private struct PeerTimes {
        let whole: Double, batches: Double, end: Double, meanBaseline: Double

        init(_ peer: PeerProcess, _ command: String) throws {
            let numbers = try peer.numbers(command, count: 4)
            (whole, batches, end, meanBaseline) = (numbers[0], numbers[1], numbers[2], numbers[3])
        }
    }

    /// The rounds against one variant of the peer.
    private struct Turns {
        /// Whole jobs; what grows with the tokens; what comes at the end.
        var job = PairedTimes(), tokens = PairedTimes(), end = PairedTimes()

        mutating func add(_ ours: RandomJob.Times, _ theirs: PeerTimes) {
            job.add(ours: ours.whole, theirs: theirs.whole)
            tokens.add(ours: ours.statistics, theirs: theirs.batches)
            end.add(ours: ours.analysis, theirs: theirs.end)
        }

        var note: String {
            "the peer \(job.theirSeconds.rounded(to: 1)) s; tokens \(tokens.seconds.rounded(to: 1)) against "
                + "\(tokens.theirSeconds.rounded(to: 1)) s (ratio \(tokens.ratio.rounded(to: 2))), the end \(end.seconds.rounded(to: 1)) "
                + "against \(end.theirSeconds.rounded(to: 1)) s"
        }
    }
}

extension Double {
    /// With so many digits behind the point.
    func rounded(to digits: Int) -> String {
        guard isFinite else { return "\(self)" }
        let unit = (0..<digits).reduce(1.0) { value, _ in value * 10 }
        return "\((self * unit).rounded() / unit)"
    }
}
