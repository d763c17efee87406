import Pipeline
import Scheduling

/// Measures what changes of neurons do to a model's predictions by workers: this process asks, keeps the answers, and says how far it is.
///
///     var settings = CoordinatorSettings(endpoint: endpoint, security: security, messages: messages)
///     let outcome = try ClusterInterveneJob(job, settings: settings).run()
///
/// A batch of rows is a lease. The sums are the same bits as those of one process, and go to the same files; whatever stops this process or a
/// worker, the same job goes on with the batches that are missing.
public struct ClusterInterveneJob {
    /// What is asked, and of which run.
    public let job: InterveneJob
    /// Where this process listens for workers, or which it starts itself, and how patient it is with them.
    public let settings: CoordinatorSettings

    /// A job whose batches workers compute.
    public init(_ job: InterveneJob, settings: CoordinatorSettings) { (self.job, self.settings) = (job, settings) }

    /// Has what is missing computed, and writes the answer beside it.
    ///
    /// - Returns: the answer.
    /// - Throws: as `InterveneJob.run`; `ClusterError.endpointTaken`, `.endpointUnusable`, `.batchesFailed`, `.answersDiffer`,
    ///   `.questionUnusable`, `.childKeepsDying`. The same job goes on.
    public func run() throws -> InterventionOutcome {
        // Before anything is read or made.
        if settings.children == nil { try settings.endpoint.checkIsFree() }
        return try job.run(computing: coordinate)
    }

    private func coordinate(_ work: InterventionWork) throws {
        var settings = settings
        let sockets = try settings.children.map { _ in try TemporarySockets() }
        if let sockets { settings.endpoint = try Endpoint(ipc: sockets.folder.appending("c")) }
        let coordinator = try QuestionCoordinator(work, settings: settings, context: job.context)
        if let children = settings.children, let sockets {
            coordinator.children = try ChildProcesses(
                children, coordinator: coordinator.endpoint, folder: sockets.folder, stores: sockets.folder, logger: job.context.logger)
        }
        defer { coordinator.children?.end(after: 0) }
        let outcome = try withExtendedLifetime(sockets) { try coordinator.run() }
        try coordinator.sayFarewell(outcome)
        coordinator.children?.end(after: 10)
        try coordinator.check(outcome)
    }
}
