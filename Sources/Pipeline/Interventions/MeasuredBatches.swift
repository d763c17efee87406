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

    /// Computes what is missing, then hands out the sums of all batches in order.
    ///
    /// - Parameters:
    ///   - stage: what is done, for people.
    ///   - prepare: asked where something is missing.
    ///   - take: is given the sums.
    /// - Returns: how many rows were computed.
    /// - Throws: `PipelineError.stopped`, errors of the files and of the computation.
    func measure(_ stage: String, prepare: () throws -> Work, take: (InterventionRows) throws -> Void) throws -> Int {
        let missing = try batches.all.filter { try kept($0) == nil }
        if missing.isEmpty {
            context.logger.info("all rows are measured already")
        } else {
            try compute(missing, by: prepare(), stage: stage)
        }
        for batch in batches.all {
            guard let sums = try answers.rows(ofBatch: batch.index, count: batch.positions.count) else {
                throw StorageError.notFound(answers.batches.appending("\(batch.index).npz"))
            }
            try take(sums)
        }
        return missing.reduce(0) { $0 + $1.positions.count }
    }

    private func compute(_ missing: [InterventionBatches.Batch], by work: Work, stage: String) throws {
        let (progress, stop, files) = (context.progress, context.stop, context.files)
        func rows(_ batches: [InterventionBatches.Batch]) -> Int { batches.reduce(0) { $0 + $1.positions.count } }
        let total = rows(batches.all)
        progress.begin(ProgressStage(stage, unit: .rows, total: total, completed: total - rows(missing)))
        defer { progress.end() }
        try work.team.forEach(missing.count) { item, _ in
            let batch = missing[item]
            let sums = try work.sums(batches.rows(of: batch, in: corpus), stop.check) { progress.advance(by: 1) }
            try lock.check()
            try answers.write(sums, batch: batch.index, on: files)
        }
    }

    /// The sums of a batch that is there; one that cannot be read is computed again.
    private func kept(_ batch: InterventionBatches.Batch) throws -> InterventionRows? {
        do {
            return try answers.rows(ofBatch: batch.index, count: batch.positions.count)
        } catch let error as StorageError {
            context.logger.warning("computed again: \(error.message)")
            return nil
        }
    }
}

extension JobContext {
    /// As many threads as fit into the memory, one at least.
    ///
    /// - Parameters:
    ///   - shared: bytes that are kept whatever the threads.
    ///   - each: bytes of one thread.
    func team(keeping shared: Int, each: Int) -> ThreadTeam {
        guard let memory else { return team }
        let fitting = max(0, memory - shared) / max(1, each)
        if fitting < team.count {
            let needed = (shared + team.count * each) >> 20
            logger.warning("\(team.count) threads would take \(needed + 1) MB; \(max(1, fitting)) work within \(memory >> 20) MB")
        }
        return ThreadTeam(count: min(team.count, max(1, fitting)))
    }
}
