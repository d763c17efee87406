import Analysis
import Checkpoints
import Kernels
import Models
import Statistics
import Storage

/// Computes the batches of a question from tokens that it is given: it needs the question's model, and neither corpus nor run.
///
///     let computer = try InterventionComputer(question, model: folder, counts: counts, context: context)
///     let sums = try computer.sums(of: rows)      // in the calling thread, any number of them beside each other
public struct InterventionComputer: BatchComputer {
    /// What is asked.
    public let question: InterventionQuestion
    private let unembedding: Unembedding
    private let computation: PredictionComputation<InterventionPass>
    private let context: JobContext

    /// Loads the model and prepares the question's conditions.
    ///
    /// - Parameters:
    ///   - folder: the model, checked by its content hash.
    ///   - counts: how often each token occurs in the corpus, where the question asks for frequencies.
    ///   - context: threads that share the preparation, memory, a way to be stopped.
    /// - Throws: `ModelError`, `CheckpointError`, `PipelineError.stopped`.
    public init(_ question: InterventionQuestion, model folder: ModelFolder, counts: [Int]?, context: JobContext) throws {
        self.question = question
        self.context = context
        let model = try TransformerModel(id: question.model, folder: folder, team: context.team)
        unembedding = try Unembedding(of: model, folder: folder, team: context.team)
        try context.stop.check()
        let unigram = counts.map { UnigramDistribution(counts: $0, vocabulary: model.shape.vocabularySize) }
        let pass = try InterventionPass(unembedding, conditions: question.conditions, unigram: unigram, team: context.team)
        computation = PredictionComputation(pass, measures: question.measures)
    }

    /// As many threads as fit into the memory, one at least.
    ///
    /// - Parameter length: tokens of a row.
    public func team(context length: Int) -> ThreadTeam {
        context.team(beside: byteCount, each: computation.pass.workspaceBytes(context: length))
    }

    /// What is kept in memory whatever the threads, in bytes.
    private var byteCount: Int {
        let shape = unembedding.model.shape
        return shape.weightBytes(through: shape.layers - 1) + unembedding.byteCount + computation.pass.byteCount
    }

    /// Computes the sums of some rows in the calling thread: a pure function of model, question and rows.
    ///
    /// - Parameters:
    ///   - check: asked again and again; what it throws ends the work.
    ///   - finishRow: called behind each row.
    /// - Throws: `AnalysisError.configuration`, `ModelError`, what `check` throws.
    public func sums(
        of rows: ShardRows, check: () throws -> Void = {}, finishRow: () -> Void = {}
    ) throws -> PredictionRows {
        try computation.sums(of: rows, check: check, finishRow: finishRow)
    }

    /// Proves that two machines compute the same bits: the hash of a tile, of our own kernels' results, and of what the unmodified model
    /// makes of some rows.
    ///
    /// - Parameter rows: the first row of the draw.
    /// - Throws: `AnalysisError.configuration`, `ModelError`.
    public func fingerprint(of rows: ShardRows) throws -> Digest {
        var builder = DigestBuilder()
        for values in KernelFingerprint.references { values.withUnsafeBytes { builder.update($0) } }
        let pass = try InterventionPass(unembedding, conditions: [])
        // A divergence needs frequencies, which not every question has.
        let measures = PredictionMeasures.Kind.allCases.filter { $0 != .divergence }
        let stop = context.stop
        let found = try PredictionComputation(pass, measures: measures).sums(of: rows, check: stop.check)
        found.sums.withUnsafeBytes { builder.update($0) }
        return builder.finalize()
    }
}
