import Analysis
import Storage
import SystemPackage

/// The files of one question in a run's folder: `interventions/NAME/`, NAME the first digits of the question's identity, or
/// `substitution/NAME/`.
///
/// ```
/// question.json          what is asked, and its identity in full
/// batches/0.npz …        the sums of the rows of each batch that is done
/// interventions.csv      the answer, a row a condition; substitution.csv a row a neuron
/// interventions.json     the same; substitution.json
/// ```
struct AnswerFolder: Sendable {
    /// The folder.
    let path: FilePath
    /// The question's.
    let identity: Digest
    /// Of table and summary.
    private let name: String
    private let measures: Int
    private let conditions: Int

    /// - Parameter kernels: those that compute, where they are none that the plan names.
    /// - Throws: `StorageError.unencodable`.
    init<Question: PredictionQuestion>(of question: Question, plan: RunPlan, kernels: String?, in folder: RunFolder) throws {
        identity = try question.identity(in: plan.identity, kernels: kernels)
        name = Question.name
        measures = question.measures.count
        conditions = 1 + question.conditions.count
        path = folder.answers(to: Question.self).appending(String(identity.hex.prefix(12)))
    }

    var question: FilePath { path.appending("question.json") }
    var batches: FilePath { path.appending("batches") }
    var table: FilePath { path.appending("\(name).csv") }
    var summary: FilePath { path.appending("\(name).json") }

    private func file(ofBatch batch: Int) -> FilePath { batches.appending("\(batch).npz") }

    /// Keeps the sums of a batch, in one step.
    ///
    /// - Throws: `StorageError`.
    func write(_ rows: PredictionRows, batch: Int, on files: some FileLayer) throws {
        try NumpyArchive.write(
            file(ofBatch: batch),
            [
                NumpyArchive.Entry("identity", identity.bytes), NumpyArchive.Entry("tokens", [Int64(rows.tokens)], shape: []),
                NumpyArchive.Entry("sums", rows.sums, shape: [rows.count, conditions, measures]),
            ], on: files)
    }

    /// Removes the sums of a batch.
    ///
    /// - Throws: `StorageError`.
    func remove(batch: Int, on files: some FileLayer) throws { try files.remove(file(ofBatch: batch)) }

    /// The sums of a batch; nil where they are not there, are of fewer rows, or are not this question's.
    ///
    /// - Parameter count: the rows that are needed.
    /// - Throws: `StorageError` for a damaged file.
    func rows(ofBatch batch: Int, count: Int) throws -> PredictionRows? {
        let path = file(ofBatch: batch)
        guard Folder.holdsFile(path) else { return nil }
        let arrays = try NumpyArchive.read(path)
        guard let sums = arrays["sums"], let tokens = try arrays["tokens"]?.values(as: Int64.self).first,
            try arrays["identity"]?.values(as: UInt8.self) == identity.bytes, sums.shape.count == 3,
            sums.shape.dropFirst().elementsEqual([conditions, measures]), sums.shape[0] >= count, tokens > 0
        else { return nil }
        return PredictionRows(count: sums.shape[0], tokens: Int(tokens), sums: try sums.values(as: Double.self)).prefix(count)
    }
}
