import Checkpoints
import Foundation
import Kernels
import Models
import Pipeline
import Statistics
import Storage
import SystemPackage

/// A whole job over random models of GPT-2's shape and random tokens: plan, calibration, cross-products, store, analysis and tables.
final class RandomJob {
    /// What the job is over.
    struct Shape {
        /// Models; the first is compared with each other one.
        var models: Int
        var layers: Int
        /// Of the residual stream; there are 4 times as many neurons a layer.
        var width: Int
        /// Rows, and tokens of a row.
        var rows: Int, context: Int
        /// Shards: one leaves the jackknife nothing to leave out, so that nothing but the estimate itself is computed.
        var shards = 1
        /// Draws of the rotations.
        var draws = 1
        /// Whether correlation matrices are written.
        var keepsMatrices = false
        /// Tokens that the models know; the text has the first `RandomModel.vocabulary` of them, all equally often.
        var vocabularySize = RandomModel.vocabulary
        /// Whether features, examples, moments, matrices and calibration are those of a configuration that says nothing about them, and the text
        /// has all tokens of a tokenizer, as often as Zipf's law has it; else what the peers do not have is left out.
        var hasDefaults = false
        /// How cross-products are computed, as configurations have it.
        var precision = "exact"

        /// Neurons of a model.
        var neurons: Int { 4 * width * layers }
        /// Blocks of a column group against a layer of the reference.
        var pairBlocks: Int { (models - 1) * layers * layers }
    }

    /// What a run of the job took, in seconds.
    struct Times {
        /// From the configuration to the folded statistics.
        var statistics = 0.0
        /// From them to the tables.
        var analysis = 0.0
        /// The share of the threads' time of the statistics in which a processor worked for them; the rest they waited, for each other or
        /// for the disk.
        var busy = 0.0

        var whole: Double { statistics + analysis }
    }

    /// What an analysis found, as far as it is compared.
    struct Findings {
        /// The mean over the reference's neurons of their baseline.
        let meanBaseline: Double?
        /// The digest of the statistics.
        let digest: String
        /// The best correlation of each neuron of the reference in the first other model.
        let best: [Float]
        /// Their standard errors; nil where there are none.
        let bestErrors: [Double]?
        /// Counted tokens of each replicate.
        let replicateTokens: [Int]
        /// What rounded activations move a correlation by; nil where they are not rounded.
        let roundingError: RoundingError?
    }

    let shape: Shape
    let folder: ScratchFolder
    /// The tokens, little-endian int32 `[rows, context]`, as a peer reads them.
    var tokens: FilePath { folder.path.appending("tokens.i32") }
    /// The configuration, for a program that runs it.
    var file: FilePath { folder.path.appending("job.yaml") }
    /// The models' folders.
    let models: [FilePath]
    /// What the last analysis found.
    private(set) var found: Findings?
    /// What the job is, for a program that plans it.
    let configuration: Configuration
    /// The folder of the last run, or of the partial's plan.
    var run: RunFolder { RunFolder(folder.path.appending("run")) }

    init(_ shape: Shape) throws {
        self.shape = shape
        let folder = try ScratchFolder()
        self.folder = folder
        models = (0..<shape.models).map { folder.path.appending("model\($0)") }
        for (index, model) in models.enumerated() {
            try LocalFiles().createFolder(model)
            try RandomModel(
                layers: shape.layers, width: shape.width, seed: UInt64(index) + 1, vocabularySize: shape.vocabularySize
            ).write(to: model)
        }
        let ids = Self.tokens(of: shape)
        try NumpyWriter.write(ids, shape: [shape.rows, shape.context], to: folder.path.appending("tokens.npy"))
        try ids.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder.path.appending("tokens.i32").string)) }
        if shape.hasDefaults { try RandomTokenizer(vocabularySize: shape.vocabularySize).write(to: folder.path.appending("tokenizer")) }
        let text = Self.text(of: shape)
        configuration = try Configuration.parse(text, file: folder.path.appending("job.yaml"))
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
    }

    /// Each row begins with the token that does not count, and has it nowhere else.
    private static func tokens(of shape: Shape) -> [Int32] {
        var numbers = SeededFloats(seed: 512)
        return (0..<shape.rows * shape.context).map { index in
            if index % shape.context == 0 { return 0 }
            let bits = numbers.nextBits()
            guard shape.hasDefaults else { return Int32(1 + bits % UInt64(RandomModel.vocabulary - 1)) }
            // A power of the vocabulary by a uniform number: token r with a probability of about 1 / r.
            let place = pow(Double(shape.vocabularySize), Double(bits >> 11) * 0x1p-53)
            return Int32(min(max(1, Int(place)), shape.vocabularySize - 1))
        }
    }

    /// The configuration.
    private static func text(of shape: Shape) -> String {
        let left = ["features: none", "examples: none", "moments: none", "matrices: \(shape.keepsMatrices ? "float32" : "none")"]
        let models = (0..<shape.models).map { "{id: m\($0), path: model\($0)}" }.joined(separator: ", ")
        // Two replicates are the least that a plan has; with one shard the second is empty.
        let lines =
            [
                "name: bench", "corpus: {path: tokens.npy, mask: [bos]\(shape.hasDefaults ? ", tokenizer: tokenizer" : "")}", "tokens: all",
                "models: [\(models)]", "precision: \(shape.precision)",
                "shard: \((shape.rows + shape.shards - 1) / shape.shards * shape.context)", "replicates: \(max(2, shape.shards))",
                "rotations: {kind: gaussian, draws: \(shape.draws)}",
            ] + (shape.hasDefaults ? [] : left + ["calibration: 4096"])
        return lines.map { $0 + "\n" }.joined()
    }

    /// The same job's file with another precision.
    ///
    /// - Throws: errors of the disk.
    func file(precision: String) throws -> FilePath {
        var other = shape
        other.precision = precision
        let path = folder.path.appending("\(precision).yaml")
        try Data(Self.text(of: other).utf8).write(to: URL(fileURLWithPath: path.string))
        return path
    }

    /// Computes the statistics, from the beginning.
    ///
    /// - Throws: errors of the job.
    func computeStatistics(threads: Int, precision: StatisticsPrecision? = nil) throws {
        try forget()
        var configuration = configuration
        configuration.precision = precision ?? configuration.precision
        _ = try RunJob(configuration: configuration, folder: run, context: JobContext(team: ThreadTeam(count: threads))).run()
    }

    /// The seconds from the statistics to the tables; it can be asked again.
    ///
    /// - Throws: errors of the analysis.
    func analysisSeconds(threads: Int) throws -> Double {
        try PairedTimes.seconds {
            let outcome = try AnalyzeRun(folder: run, context: JobContext(team: ThreadTeam(count: threads))).run()
            let (result, summary) = (outcome.result, outcome.summary)
            found = Findings(
                meanBaseline: summary.baselines.first?.mean.value, digest: summary.statisticsSHA256, best: result.matches.first?.best ?? [],
                bestErrors: result.matches.first?.bestStandardError, replicateTokens: result.replicateTokens,
                roundingError: summary.roundingError)
        }
    }

    /// Runs the job from its beginning.
    ///
    /// - Throws: errors of the job.
    func times(threads: Int, precision: StatisticsPrecision? = nil) throws -> Times {
        var times = Times()
        let processor = ProcessorTime.ofProcess
        times.statistics = try PairedTimes.seconds { try computeStatistics(threads: threads, precision: precision) }
        times.busy = (ProcessorTime.ofProcess - processor) / (times.statistics * Double(threads))
        times.analysis = try analysisSeconds(threads: threads)
        return times
    }

    /// What the last run's operations over its seconds are of the speed of bare products, for people.
    ///
    /// - Throws: errors of the run's files.
    func share(seconds: Double, team: ThreadTeam) throws -> String {
        let context = JobContext(team: team)
        let cost = try PlannedRun.open(run, context: context).cost(context: context)
        let speed = OperationSpeed(operations: cost.operations, seconds: seconds, bare: cost.gigaflops)
        return "\((cost.operations / 1e12).rounded(to: 1)) TFLOP, \(speed)"
    }

    /// The seconds of the forward passes of all models over all rows, and nothing else.
    func forwardSeconds(team: ThreadTeam) throws -> Double {
        let ids = try Data(contentsOf: URL(fileURLWithPath: tokens.string)).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        return try models.reduce(0) { sum, path in
            let model = try TransformerModel(id: "bench", folder: ModelFolder(path), team: team)
            return try sum + ForwardPass(model: model, layers: shape.layers, tokens: ids, context: shape.context, team: team).seconds()
        }
    }

    /// Computes the partial of the first task and nothing else.
    func partial(threads: Int) throws -> FilePath {
        try forget()
        return try RealPartial.compute(configuration, in: run, to: folder.path.appending("partial"), threads: threads)
    }

    /// The largest difference between the correlations of the first pair in the last run and those in a file, float32
    /// `[neurons, neurons]`.
    func largestDifference(from path: FilePath, team: ThreadTeam) throws -> Double {
        let others = try MappedFile(path)
        let neurons = shape.neurons
        guard others.bytes.count == neurons * neurons * MemoryLayout<Float>.size else { return .infinity }
        let statistics = try storedStatistics(team: team)
        let layout = statistics.layout
        let (first, second) = (layout.groups(of: "m0"), layout.groups(of: "m1"))
        let edge = neurons / shape.layers
        let layers = shape.layers
        let largest = try team.map(layers * layers) { item, _ in
            let (l1, l2) = (item / layers, item % layers)
            guard let block = layout.block(rows: first[l1], columns: second[l2]) else { return Double.infinity }
            let ours = FloatBuffer(count: edge * edge)
            try statistics.correlations(of: block, over: .all(statistics.replicates), into: ours.pointer)
            var largest = LargestDeviation()
            for row in 0..<edge {
                let start = (l1 * edge + row) * neurons + l2 * edge
                for column in 0..<edge {
                    let theirs = others.bytes.loadUnaligned(fromByteOffset: (start + column) * 4, as: Float.self)
                    largest.add(Double(ours.pointer[row * edge + column] - theirs))
                }
            }
            return largest.value
        }
        return withExtendedLifetime(others) { largest.max() ?? .infinity }
    }

    /// The largest difference between the standard errors that the last analysis gave the best correlations of the reference's first layer
    /// and those of plain loops: all correlations over everything and without each replicate, and each neuron's largest.
    ///
    /// - Throws: errors of the run's files.
    func largestDifferenceOfErrors(team: ThreadTeam) throws -> Double {
        guard let found, let errors = found.bestErrors, Set(found.replicateTokens).count == 1 else { return .infinity }
        let statistics = try storedStatistics(team: team)
        let (layout, replicates) = (statistics.layout, statistics.replicates)
        let blocks = layout.groups(of: "m1").compactMap { layout.block(rows: layout.groups(of: "m0")[0], columns: $0) }
        let edge = shape.neurons / shape.layers
        let all = ReplicateSet.all(replicates)
        let estimates = try team.map(replicates) { replicate, _ in
            var largest = [Float](repeating: -1, count: edge)
            for block in blocks {
                let values = FloatBuffer(count: edge * edge)
                try statistics.correlations(of: block, over: all.removing(replicate), into: values.pointer)
                for index in 0..<edge * edge { largest[index / edge] = max(largest[index / edge], values.pointer[index]) }
            }
            return largest
        }
        var largest = LargestDeviation()
        for neuron in 0..<edge {
            let parts = estimates.map { Double($0[neuron]) }
            let mean = parts.reduce(0.0, +) / Double(replicates)
            let squares = parts.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
            largest.add((squares * Double(replicates - 1) / Double(replicates)).squareRoot() - errors[neuron])
        }
        return largest.value
    }

    /// The last run's statistics.
    private func storedStatistics(team: ThreadTeam) throws -> StoredStatistics {
        let planned = try PlannedRun.open(run, context: JobContext(team: team))
        let corpus = planned.plan.numbers.corpus
        return StoredStatistics(
            snapshot: try StoreSnapshot(of: planned.store, strata: corpus.strata), calibration: planned.calibration,
            replicates: corpus.replicates, domains: 1)
    }

    /// Removes the last run.
    private func forget() throws {
        if Folder.exists(run.path) { try FileManager.default.removeItem(atPath: run.path.string) }
    }
}
