import Glibc
import Kernels
import Pipeline
import Scheduling
import Statistics
import Storage

/// A question about neurons that the worker has opened.
struct PreparedQuestion: Sendable {
    /// The plan of the run that it is about.
    let plan: RunPlan
    /// Measures its rows.
    let computer: InterventionComputer
    /// Batches that are computed beside each other, each by one thread.
    let threads: Int

    /// What the worker brings: a batch is a shard of one block group.
    func offer(memory: Int) -> WorkerOffer {
        WorkerOffer(host: HostName.current, process: getpid(), memory: memory, threads: threads, bundles: [[0]])
    }

    /// The rows of a batch, of the frames behind its lease.
    ///
    /// - Throws: `MessageRefusal.body` when they are none of the plan's.
    func rows(of grant: LeaseGrant, _ payload: [ReceivedFrame]) throws -> ShardRows {
        let corpus = plan.numbers.corpus
        guard grant.context == corpus.context, grant.rows > 0, grant.lease.shard >= 0, grant.lease.groups == [0] else {
            throw MessageRefusal.body(.lease, problem: "it is no batch of the plan's rows")
        }
        return try grant.shardRows(
            payload, vocabulary: corpus.vocabulary, corpusRows: corpus.rows, domains: corpus.domains.count, combinations: nil)
    }
}

extension WorkerPreparation {
    /// Opens a question: kernels, its model, fingerprint.
    ///
    /// - Throws: `KernelsError`, `PipelineError` (`.kernelsDiffer`, `.kernelsOfOtherAnswer`, `.modelNotReachable`, `.stopped` …), `ModelError`,
    ///   `CheckpointError`, `StorageError`, `MessageRefusal`.
    func prepare(_ inquiry: Inquiry, payload: [ReceivedFrame]) throws -> PreparedQuestion {
        let (content, plan) = try inquiry.content(in: payload, for: scratch.plan)
        // The process may execute itself again here; nothing is on the disk yet.
        try settings.selectKernels(KernelFamily(rawValue: plan.numbers.kernels) ?? content.kernels.flatMap(KernelFamily.init(coreName:)))
        if let kernels = content.kernels, !OpenBLAS.hasBits(ofCore: kernels) {
            throw PipelineError.kernelsOfOtherAnswer(asked: kernels, running: OpenBLAS.coreName)
        }
        guard let model = plan.numbers.models.first(where: { $0.id == content.question.model }) else {
            throw PipelineError.unknownModel(id: content.question.model)
        }
        let context = JobContext(team: ThreadTeam(count: settings.threads), memory: settings.memory, stop: stop)
        let folder = try open(model, of: plan, context: context)
        log.info("opening the question: \(content.question.conditions.count) conditions of model \(model.id)")
        let computer = try InterventionComputer(content.question, model: folder, counts: content.counts, context: context)
        if let expected = content.fingerprint {
            log.info("checking the fingerprint")
            guard try computer.fingerprint(of: content.row) == expected else {
                throw PipelineError.kernelsDiffer(planned: plan.numbers.kernels, running: OpenBLAS.coreName)
            }
        }
        return PreparedQuestion(plan: plan, computer: computer, threads: computer.team(context: plan.numbers.corpus.context).count)
    }
}
