import Analysis
import Corpus
import Kernels
import Statistics
import Storage

/// The measurement of a question over the first rows of a run's draw.
///
/// A batch of rows is a task: one thread computes it, and its sums go to a file in one step. Whatever stops the process, the same question
/// goes on with the batches that are missing. The figures are the same bits.
struct MeasuredBatches: Sendable {
    let answers: InterventionFolder
    let batches: InterventionBatches
    let corpus: PackedCorpus
    let lock: FolderLock
    let context: JobContext

    /// What computes the sums of rows, in the calling thread.
    typealias Sums =
        @Sendable (
            _ rows: ShardRows, _ check: () throws -> Void, _ finishRow: () -> Void
        ) throws -> InterventionRows

    /// What computes, and with how many threads.
    struct Work {
        let sums: Sums
        let team: ThreadTeam
    }

    /// What the file beside the answer says of the question.
    private struct QuestionRecord<Question: Encodable>: Encodable {
        let identity, plan: Digest
        let question: Question
    }

    /// Keeps what is asked.
    ///
    /// - Throws: a `StorageError`.
    func write(_ question: some Encodable, of plan: RunPlan) throws {
        try JSONFile.write(
            QuestionRecord(identity: answers.identity, plan: plan.identity, question: question), to: answers.question, on: context.files)
    }

    /// The batches whose sums are not there.
    ///
    /// - Throws: a `StorageError`.
    func missing() throws -> [InterventionBatch] { try batches.all.filter { try kept($0) == nil } }

    /// What people see of the work: rows that are measured of those that are asked for.
    ///
    /// - Parameter name: what is done, for people.
    func stage(_ name: String, missing: [InterventionBatch]) -> ProgressStage {
        let total = Self.rows(batches.all)
        return ProgressStage(name, unit: .rows, total: total, completed: total - Self.rows(missing))
    }

    /// How many rows some batches have.
    static func rows(_ batches: [InterventionBatch]) -> Int { batches.reduce(0) { $0 + $1.positions.count } }

    /// Computes some batches on this process's threads.
    ///
    /// - Throws: `PipelineError.stopped`, errors of the files and of the computation.
    func compute(_ missing: [InterventionBatch], by work: Work, stage: ProgressStage) throws {
        let (progress, stop) = (context.progress, context.stop)
        progress.begin(stage)
        defer { progress.end() }
        try work.team.forEach(missing.count) { item, _ in
            let batch = missing[item]
            try keep(try work.sums(batches.rows(of: batch, in: corpus), stop.check) { progress.advance(by: 1) }, of: batch)
        }
    }

    /// Keeps the sums of a batch, in one step.
    ///
    /// - Throws: `StorageError`, `.lockLost` where another process has the folder by now.
    func keep(_ sums: InterventionRows, of batch: InterventionBatch) throws {
        try lock.check()
        try answers.write(sums, batch: batch.index, on: context.files)
    }

    /// Hands out the sums of all batches in order.
    ///
    /// - Throws: a `StorageError`, what `take` throws.
    func takeAll(_ take: (InterventionRows) throws -> Void) throws {
        for batch in batches.all {
            guard let sums = try answers.rows(ofBatch: batch.index, count: batch.positions.count) else {
                throw StorageError.notFound(answers.batches.appending("\(batch.index).npz"))
            }
            try take(sums)
        }
    }

    /// The sums of a batch that is there; one that cannot be read is computed again.
    private func kept(_ batch: InterventionBatch) throws -> InterventionRows? {
        do {
            return try answers.rows(ofBatch: batch.index, count: batch.positions.count)
        } catch let error as StorageError {
            context.logger.warning("computed again: \(error.message)")
            return nil
        }
    }
}
