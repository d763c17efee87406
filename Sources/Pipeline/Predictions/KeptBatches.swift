import Analysis
import Storage

/// The sums of a question's rows as a run's folder keeps them, batch by batch, and the answer that is made of them. Where they are computed is
/// no matter of theirs.
///
/// The folder of the answer is this process's as long as this lives.
struct KeptBatches<Question: PredictionQuestion>: Sendable {
    /// What is asked.
    let question: Question
    /// The plan of the run.
    let plan: RunPlan
    let answers: AnswerFolder
    let lock: FolderLock
    /// All that are asked for.
    let all: [RowBatch]
    /// Those whose sums are not there.
    let missing: [RowBatch]
    private let context: JobContext

    /// What the file beside the answer says of the question.
    private struct QuestionRecord: Encodable {
        let identity, plan: Digest
        /// Raw tokens of the budget whose sums it takes its means from; nil where it takes none.
        let runTokens: Int?
        let question: Question

        enum CodingKeys: String, CodingKey {
            case identity, plan, question
            case runTokens = "run_tokens"
        }
    }

    /// Takes the folder of the answer, keeps there what is asked, and looks what is missing.
    ///
    /// - Parameters:
    ///   - batches: those that are asked for.
    ///   - kernels: those that compute, where they are none that the plan names.
    ///   - runTokens: raw tokens of the budget whose sums its means are of, if of any; nil where nobody knows.
    /// - Throws: `StorageError.locked` while another process works on the same question; errors of the files.
    init(
        _ question: Question, _ batches: [RowBatch], of plan: RunPlan, kernels: String?, in folder: RunFolder, runTokens: Int?,
        context: JobContext
    ) throws {
        let answers = try AnswerFolder(of: question, plan: plan, kernels: kernels, in: folder)
        try context.files.createFolder(answers.batches)
        lock = try FolderLock(answers.path)
        try JSONFile.write(
            QuestionRecord(
                identity: answers.identity, plan: plan.identity, runTokens: question.meanOrigin == .exact ? runTokens : nil,
                question: question), to: answers.question, on: context.files)
        missing = try answers.missing(of: batches) { context.logger.warning("computed again: \($0.message)") }
        (self.question, self.plan, self.answers, self.context, all) = (question, plan, answers, context, batches)
    }

    /// Has what is missing computed, and writes the answer beside it, unless there is one of more rows: what is there gets no less certain.
    ///
    /// - Parameters:
    ///   - computedRows: rows that were computed for this answer; nil: those that were missing.
    ///   - compute: has every missing batch computed and kept; not called where none is missing.
    /// - Throws: `StorageError.lockLost` where another process has the folder by now; errors of the files; what `compute` throws.
    func answer(computedRows: Int? = nil, computing compute: () throws -> Void) throws -> MeasuredAnswer<Question.Tally.Summary> {
        try withExtendedLifetime(lock) {
            if !missing.isEmpty {
                try compute()
            } else if computedRows ?? 0 == 0 {
                context.logger.info("all rows are measured already")
            }
            var tally = Question.Tally(question)
            for batch in all {
                guard let sums = try answers.rows(ofBatch: batch.index, count: batch.positions.count) else {
                    throw StorageError.notFound(answers.batches.appending("\(batch.index).npz"))
                }
                try tally.add(sums)
            }
            let answer = MeasuredAnswer(
                folder: answers.path.string, computedRows: computedRows ?? missingRows, tableTokens: tokens(moreThanIn: tally.summary),
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
    var rows: Int { all.rows }
    /// Rows that are to be computed.
    var missingRows: Int { missing.rows }

    /// What people see of the work: rows that are measured of those that are asked for.
    var stage: ProgressStage { ProgressStage(Question.activity, unit: .rows, total: rows, completed: rows - missingRows) }

    // MARK: Sums

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

extension [RowBatch] {
    /// How many rows they have together.
    var rows: Int { reduce(0) { $0 + $1.positions.count } }
}

extension AnswerFolder {
    /// The batches whose sums are not there.
    ///
    /// - Parameter tell: is told of damaged files, which count as missing.
    /// - Throws: what else than damage keeps a file from being read.
    func missing(of batches: [RowBatch], tell: (StorageError) -> Void) throws -> [RowBatch] {
        try batches.filter { batch in
            do {
                return try rows(ofBatch: batch.index, count: batch.positions.count) == nil
            } catch let error as StorageError {
                tell(error)
                return true
            }
        }
    }
}
