import Analysis
import Checkpoints
import Statistics
import Storage

/// What is missing of the answer to a question, with all that it takes to have it computed, here or anywhere.
///
/// The folder of the answer is this process's as long as this lives.
public struct InterventionWork: Sendable {
    /// The run.
    public let folder: RunFolder
    /// The question's model, checked by its content hash.
    public let model: ModelFolder
    let measured: MeasuredBatches<InterventionQuestion>

    /// The plan.
    public var plan: RunPlan { measured.kept.plan }
    /// What is asked.
    public var question: InterventionQuestion { measured.kept.question }
    /// What the answer is known by.
    public var identity: Digest { measured.kept.answers.identity }
    /// The kernels under whose name the answer is kept, where they are none that the plan names (`kernels: any`); nil where the plan's compute.
    public var kernels: String? { plan.ownKernels }
    /// Counts the processes that have worked on the answer, this one included.
    public var epoch: Int { measured.kept.lock.epoch }
    /// Rows that are asked for; those that are measured already are among them.
    public var rows: Int { measured.kept.rows }
    /// The batches that are to be computed.
    public var missing: [RowBatch] { measured.kept.missing }
    /// Rows that are to be computed.
    public var missingRows: Int { measured.kept.missingRows }
    /// The draw's first row.
    public var firstRow: ShardRows { measured.batches.rows(at: 0..<1, in: measured.corpus) }

    /// What people see of it: rows that are measured of those that are asked for.
    public var stage: ProgressStage { measured.kept.stage }

    /// The rows of a batch with their tokens.
    public func rows(of batch: RowBatch) -> ShardRows { measured.rows(of: batch) }

    /// How often each token occurs in the corpus, all rows of it; the one that every row is begun with is no text. Nil where the question
    /// does not ask for frequencies.
    ///
    /// - Throws: `PipelineError.stopped`.
    public func counts() throws -> [Int]? { question.hasFrequencies ? try measured.tokenCounts() : nil }

    /// Keeps the sums of a batch, in one step.
    ///
    /// - Precondition: They are of the batch's rows, and of all conditions and measures.
    /// - Throws: `StorageError`, `.lockLost` where another process has the folder by now.
    public func keep(_ sums: PredictionRows, of batch: RowBatch) throws {
        precondition(sums.count == batch.positions.count, "sums of other rows")
        try measured.kept.keep(sums, of: batch)
    }

    /// Forgets the sums of a batch, which may be wrong: it is computed again by whoever goes on.
    ///
    /// - Throws: `StorageError`.
    public func forget(_ batch: RowBatch) throws { try measured.kept.forget(batch) }
}
