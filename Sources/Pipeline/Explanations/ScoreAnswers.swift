import Storage
import SystemPackage

/// Scores what explainers have answered to a run's prompts, and keeps it with the run.
///
///     let scored = try ScoreAnswers(folder: folder, context: context).run("answers.jsonl")
public struct ScoreAnswers {
    /// The run.
    public let folder: RunFolder
    /// Where files are written.
    public let context: JobContext

    /// A job for the run in a folder.
    public init(folder: RunFolder, context: JobContext) {
        self.folder = folder
        self.context = context
    }

    /// Scores all answers of a file and adds them to `explanations.csv`, in the place of earlier ones of the same neurons. Where one of them
    /// cannot be used nothing is added.
    ///
    /// - Throws: `PipelineError.planMissing`, `.promptsMissing`, `.answerUnusable` with the line; a `StorageError` of the files, `.locked`
    ///   while another process adds explanations.
    public func run(_ answers: FilePath) throws -> ScoredAnswers {
        let plan = try RunPlan.read(folder.plan)
        guard Folder.holdsFile(folder.heldOutKey) else { throw PipelineError.promptsMissing(folder: folder.path) }
        let key = try HeldOutKey(of: plan, in: folder)
        let explanations = try AnswerFile(path: answers).explanations(of: plan, in: folder, key: key)
        let lock = try FolderLock(folder.explanationKeys)
        let all = try ExplanationFile.merge(explanations, in: folder, lock: lock, on: context.files)
        return ScoredAnswers(file: folder.explanations.string, explanations: explanations, total: all.count)
    }
}
