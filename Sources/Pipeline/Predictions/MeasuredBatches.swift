import Analysis
import Corpus
import Statistics
import Storage

/// The measurement of a question over the first rows of a run's draw, from what is asked to the answer in the run's folder.
///
/// A batch of rows is a task: one thread computes it, and its sums go to a file in one step. Whatever stops the process, the same question
/// goes on with the batches that are missing. The figures are the same bits. The folder of the answer is this process's as long as this
/// lives.
///
///     let measured = try MeasuredBatches(question, rows: 196, of: plan, in: folder, context: context)
///     let answer = try measured.answer { try measured.compute(by: SubstitutionComputer(question, model: a, from: b, context: context)) }
struct MeasuredBatches<Question: PredictionQuestion>: Sendable {
    /// What is asked.
    let question: Question
    /// The plan of the run.
    let plan: RunPlan
    let answers: AnswerFolder
    let batches: RowBatches
    let corpus: PackedCorpus
    let lock: FolderLock
    /// The batches whose sums are not there.
    let missing: [RowBatch]
    private let context: JobContext

    /// What the file beside the answer says of the question.
    private struct QuestionRecord: Encodable {
        let identity, plan: Digest
        let question: Question
    }

    /// Takes the folder of the answer, keeps there what is asked, and looks what is missing.
    ///
    /// - Parameter rows: how many are asked for.
    /// - Throws: `PipelineError.corpusChanged`; `StorageError.locked` while another process works on the same question; errors of the files.
    init(_ question: Question, rows: Int, of plan: RunPlan, in folder: RunFolder, context: JobContext) throws {
        let (answers, batches) = (
            try AnswerFolder(of: question, plan: plan, in: folder), RowBatches(of: plan, rows: rows)
        )
        // Before anything is made.
        corpus = try plan.openCorpus(in: folder, hashingRows: true)
        try context.files.createFolder(answers.batches)
        lock = try FolderLock(answers.path)
        try JSONFile.write(
            QuestionRecord(identity: answers.identity, plan: plan.identity, question: question), to: answers.question, on: context.files)
        missing = try batches.all.filter { batch in
            do {
                return try answers.rows(ofBatch: batch.index, count: batch.positions.count) == nil
            } catch let error as StorageError {
                context.logger.warning("computed again: \(error.message)")
                return true
            }
        }
        (self.question, self.plan, self.answers, self.batches, self.context) = (question, plan, answers, batches, context)
    }

    /// Has what is missing computed, and writes the answer beside it, unless there is one of more rows: what is there gets no less certain.
    ///
    /// - Parameter compute: has every missing batch computed and kept; not called where none is missing.
    /// - Throws: `StorageError.lockLost` where another process has the folder by now; errors of the files; what `compute` throws.
    func answer(computing compute: () throws -> Void) throws -> MeasuredAnswer<Question.Tally.Summary> {
        try withExtendedLifetime(lock) {
            if missing.isEmpty { context.logger.info("all rows are measured already") } else { try compute() }
            var tally = Question.Tally(question)
            for batch in batches.all {
                guard let sums = try answers.rows(ofBatch: batch.index, count: batch.positions.count) else {
                    throw StorageError.notFound(answers.batches.appending("\(batch.index).npz"))
                }
                try tally.add(sums)
            }
            let answer = MeasuredAnswer(
                folder: answers.path.string, computedRows: missingRows, tableTokens: tokens(moreThanIn: tally.summary),
                summary: tally.summary)
            if let more = answer.tableTokens {
                context.logger.warning("\(answers.table) stays as it is: it is of \(more) tokens, more than \(answer.summary.tokens)")
                return answer
            }
            try lock.check()
            try DurableFile.replace(answers.table, with: answer.summary.csv, on: context.files)
            try DurableFile.replace(
                answers.summary, with: try JSONFile.encode(answer.summary, for: answers.summary, keys: .convertToSnakeCase),
                on: context.files)
            return answer
        }
    }

    /// Counted tokens of the answer that is there; nil where there is none of more rows than one that could take its place.
    private func tokens(moreThanIn summary: Question.Tally.Summary) -> Int? {
        // One that cannot be read is written anew.
        guard Folder.holdsFile(answers.table), Folder.holdsFile(answers.summary),
            let known = try? JSONFile.read(Question.Tally.Summary.self, from: answers.summary), known.rows > summary.rows
        else { return nil }
        return known.tokens
    }

    // MARK: Rows

    /// Rows that are asked for; those that are measured already are among them.
    var rows: Int { Self.rows(batches.all) }
    /// Rows that are to be computed.
    var missingRows: Int { Self.rows(missing) }

    /// What people see of the work: rows that are measured of those that are asked for.
    var stage: ProgressStage { ProgressStage(Question.activity, unit: .rows, total: rows, completed: rows - missingRows) }

    /// The rows of a batch with their tokens.
    func rows(of batch: RowBatch) -> ShardRows { batches.rows(of: batch, in: corpus) }

    private static func rows(_ batches: [RowBatch]) -> Int { batches.reduce(0) { $0 + $1.positions.count } }

    // MARK: Sums

    /// Computes what is missing on this process's threads.
    ///
    /// - Throws: `PipelineError.stopped`, errors of the files and of the computation.
    func compute(by computer: some BatchComputer) throws {
        let (progress, stop, missing) = (context.progress, context.stop, missing)
        progress.begin(stage)
        defer { progress.end() }
        try computer.team(context: corpus.context).forEach(missing.count) { item, _ in
            let batch = missing[item]
            try keep(
                try computer.sums(of: rows(of: batch), check: stop.check, finishRow: { progress.advance(by: 1) }), of: batch)
        }
    }

    /// How often each token occurs in the corpus, all rows of it; the one that every row is begun with is no text.
    ///
    /// - Throws: `PipelineError.stopped`.
    func tokenCounts() throws -> [Int] { try corpus.tokenCounts(check: context.stop.check) }

    /// Keeps the sums of a batch, in one step.
    ///
    /// - Throws: `StorageError`, `.lockLost` where another process has the folder by now.
    func keep(_ sums: PredictionRows, of batch: RowBatch) throws {
        try lock.check()
        try answers.write(sums, batch: batch.index, on: context.files)
    }

    /// Forgets the sums of a batch, which may be wrong: it is computed again by whoever goes on.
    ///
    /// - Throws: `StorageError`.
    func forget(_ batch: RowBatch) throws {
        try lock.check()
        try answers.remove(batch: batch.index, on: context.files)
    }
}
