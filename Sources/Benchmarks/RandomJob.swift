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
        /// Tokens that the models know; the text has the first `RandomModel.vocabulary` of them.
        var vocabularySize = RandomModel.vocabulary

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

    let shape: Shape
    let folder: ScratchFolder
    /// The tokens, little-endian int32 `[rows, context]`, as a peer reads them.
    var tokens: FilePath { folder.path.appending("tokens.i32") }
    /// The configuration, for a program that runs it.
    var file: FilePath { folder.path.appending("job.yaml") }
    /// The models' folders.
    let models: [FilePath]
    /// The mean over the reference's neurons of their baseline, as the last run found it.
    private(set) var meanBaseline: Double?
    /// The digest of the last run's statistics.
    private(set) var digest: String?
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
        var numbers = SeededFloats(seed: 512)
        // Each row begins with the token that does not count, and has it nowhere else.
        let ids = (0..<shape.rows * shape.context).map { index in
            index % shape.context == 0 ? 0 : Int32(1 + numbers.nextBits() % UInt64(RandomModel.vocabulary - 1))
        }
        try NumpyWriter.write(ids, shape: [shape.rows, shape.context], to: folder.path.appending("tokens.npy"))
        try ids.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder.path.appending("tokens.i32").string)) }
        // Two replicates are the least that a plan has; with one shard the second is empty.
        let text = """
            name: bench
            corpus: {path: tokens.npy, mask: [bos]}
            tokens: all
            models: [\(models.indices.map { "{id: m\($0), path: model\($0)}" }.joined(separator: ", "))]
            features: none
            examples: none
            moments: none
            matrices: \(shape.keepsMatrices ? "float32" : "none")
            calibration: 4096
            shard: \((shape.rows + shape.shards - 1) / shape.shards * shape.context)
            replicates: \(max(2, shape.shards))
            rotations: {kind: gaussian, draws: \(shape.draws)}

            """
        configuration = try Configuration.parse(text, file: folder.path.appending("job.yaml"))
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
    }

    /// Computes the statistics, from the beginning.
    ///
    /// - Throws: errors of the job.
    func computeStatistics(threads: Int) throws {
        try forget()
        _ = try RunJob(configuration: configuration, folder: run, context: JobContext(team: ThreadTeam(count: threads))).run()
    }

    /// Runs the job from its beginning.
    ///
    /// - Throws: errors of the job.
    func times(threads: Int, precision: StatisticsPrecision = .exact) throws -> Times {
        try forget()
        var configuration = configuration
        configuration.precision = precision
        let context = JobContext(team: ThreadTeam(count: threads))
        var times = Times()
        let processor = ProcessorTime.ofProcess
        times.statistics = try PairedTimes.seconds {
            _ = try RunJob(configuration: configuration, folder: run, context: context).run()
        }
        times.busy = (ProcessorTime.ofProcess - processor) / (times.statistics * Double(threads))
        times.analysis = try PairedTimes.seconds {
            let summary = try AnalyzeRun(folder: run, context: context).run().summary
            meanBaseline = summary.baselines.first?.mean.value
            digest = summary.statisticsSHA256
        }
        return times
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
        let planned = try PlannedRun.open(run, context: JobContext(team: team))
        let corpus = planned.plan.numbers.corpus
        let statistics = StoredStatistics(
            snapshot: try StoreSnapshot(of: planned.store, strata: corpus.strata), calibration: planned.calibration,
            replicates: corpus.replicates, domains: 1)
        let layout = planned.layout
        let (first, second) = (layout.groups(of: "m0"), layout.groups(of: "m1"))
        let edge = neurons / shape.layers
        let layers = shape.layers
        let largest = try team.map(layers * layers) { item, _ in
            let (l1, l2) = (item / layers, item % layers)
            guard let block = layout.block(rows: first[l1], columns: second[l2]) else { return Double.infinity }
            let ours = FloatBuffer(count: edge * edge)
            try statistics.correlations(of: block, over: .all(corpus.replicates), into: ours.pointer)
            var largest = 0.0
            for row in 0..<edge {
                let start = (l1 * edge + row) * neurons + l2 * edge
                for column in 0..<edge {
                    let theirs = others.bytes.loadUnaligned(fromByteOffset: (start + column) * 4, as: Float.self)
                    let difference = Double(abs(ours.pointer[row * edge + column] - theirs))
                    largest = difference.isNaN ? .infinity : max(largest, difference)
                }
            }
            return largest
        }
        return withExtendedLifetime(others) { largest.max() ?? .infinity }
    }

    /// Removes the last run.
    private func forget() throws {
        if Folder.exists(run.path) { try FileManager.default.removeItem(atPath: run.path.string) }
    }
}
