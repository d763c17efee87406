import Pipeline
import Storage

/// Stands by for questions about neurons of a run, and has workers that others start answer them: until it is stopped.
///
///     let settings = CoordinatorSettings(endpoint: endpoint, security: security, messages: messages)
///     try AnswerJob(folder: folder, settings: settings, context: context).run()
///
/// The run is this process's meanwhile: its plan stays what it is. What is measured is kept in the run's folder as by one process, and goes
/// from there to whoever has asked.
public struct AnswerJob {
    /// The run.
    public let folder: RunFolder
    /// Where this process listens, and how patient it is with workers and askers.
    public let settings: CoordinatorSettings
    /// Threads that models are opened with, progress, a way to be stopped.
    public let context: JobContext

    /// A job over a run's models and rows.
    public init(folder: RunFolder, settings: CoordinatorSettings, context: JobContext) {
        (self.folder, self.settings, self.context) = (folder, settings, context)
    }

    /// Answers questions until it is stopped.
    ///
    /// - Throws: `PipelineError.endedWhileIdle`, or `.stopped` in the middle of a question; `.planMissing`, `.columnsNotNeurons`;
    ///   `ClusterError.endpointTaken`, `.endpointUnusable`; `StorageError.locked` while another process has the run. A question that cannot be
    ///   answered ends nothing.
    public func run() throws {
        // Before anything is made.
        _ = try AskedQuestion.plan(of: folder)
        try settings.endpoint.checkIsFree()
        let lock = try FolderLock(folder.path)
        try withExtendedLifetime(lock) {
            let desk = try QuestionDesk(
                folder, plan: try AskedQuestion.plan(of: folder), lock: lock, settings: settings, context: context)
            let address = try PostedAddress(desk.endpoint, token: desk.token, in: [folder])
            try withExtendedLifetime(address) { try desk.work() }
        }
    }
}
