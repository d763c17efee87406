import Pipeline
import Storage

/// Has a process that stands by for questions, and its workers, measure what changes of neurons do to a model's predictions.
///
///     let security = try keys.client(endpoint, as: .control)
///     let outcome = try AskedInterveneJob(job, of: endpoint, security: security, in: messages).run()
///
/// Nothing is computed here: what the coordinator has measured comes into the run's folder, and the answer beside it is the same bits as one
/// that was computed here. Whatever dies, the same job goes on with what the coordinator has measured.
public struct AskedInterveneJob: Sendable {
    /// What is asked, and of which run.
    public let job: InterveneJob
    /// Where the coordinator listens.
    public let endpoint: Endpoint
    private let security: Security
    private let messages: MessageContext

    /// A job for the coordinator at an endpoint.
    public init(_ job: InterveneJob, of endpoint: Endpoint, security: Security, in messages: MessageContext) {
        (self.job, self.endpoint, self.security, self.messages) = (job, endpoint, security, messages)
    }

    /// Has what is missing measured, fetches it where it came to lie elsewhere, and writes the answer beside it.
    ///
    /// - Returns: the answer.
    /// - Throws: as `InterveneJob.run` where the question is none of the run's; `ClusterError.questionNotAnswered` with the coordinator's reason,
    ///   `.noAnswer`, `.handshakeFailed`, `.otherVersion`; `PipelineError.stopped`. The same job goes on.
    public func run() throws -> InterventionOutcome {
        let question = try job.askedElsewhere()
        let missing = try question.missingRows()
        // What is there is asked of nobody.
        let client =
            missing == 0 ? nil : try QuestionClient(question, of: endpoint, security: security, in: messages, context: job.context)
        defer { client?.withdraw() }
        // Before the answer's folder is taken: it may be the same that the coordinator keeps its sums in.
        try client?.ask()
        return try FolderPatience.take(stop: job.context.stop) {
            try question.keep(context: job.context, computedRows: missing) { batch in
                guard let client else { throw StorageError.notFound(job.folder.interventions) }
                return try client.sums(of: batch)
            }
        }
    }
}
