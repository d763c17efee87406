import Checkpoints
import Glibc
import Pipeline
import Scheduling
import Statistics
import Storage

/// A plan that the worker has opened, and what it has found out about it.
struct PreparedPlan: Sendable {
    /// The plan.
    let plan: RunPlan
    /// Computes its tasks.
    let computer: TaskComputer
    /// What the worker brings for it.
    let offer: WorkerOffer

    /// Opens the plan's models.
    ///
    /// - Parameters:
    ///   - folder: holds the plan's files.
    ///   - basis: holds the directions that its columns are projections on, where they lie in files.
    ///   - folders: the models, by id.
    ///   - context: threads.
    /// - Throws: `PipelineError.planDamaged`, `.memoryTooSmall`, `StorageError`.
    init(
        plan: RunPlan, in folder: RunFolder, basis: BasisFolder? = nil, folders: [String: ModelFolder], memory: Int, context: JobContext
    ) throws {
        self.plan = plan
        computer = try TaskComputer(plan: plan, folder: folder, basis: basis, folders: folders, context: context)
        offer = WorkerOffer(
            host: HostName.current, process: getpid(), memory: memory, threads: context.team.count,
            bundles: try computer.bundles(memory: memory))
    }

    /// The rows of a lease, of the frames behind it.
    ///
    /// - Throws: `MessageRefusal.body` when they are none of the plan's.
    func rows(of grant: LeaseGrant, _ payload: [ReceivedFrame]) throws -> ShardRows {
        let corpus = plan.numbers.corpus
        return try grant.shardRows(
            payload, vocabulary: corpus.vocabulary, corpusRows: corpus.rows, domains: corpus.domains.count,
            combinations: plan.numbers.labels?.combinations)
    }

    /// Groups of a lease that the plan does not have or that the memory does not hold together, or rows that are none of its corpus's.
    ///
    /// - Returns: what is wrong; nil when nothing is.
    func problem(_ grant: LeaseGrant) -> String? {
        let corpus = plan.numbers.corpus
        let lease = grant.lease
        if grant.context != corpus.context { return "its rows have \(grant.context) tokens, the plan's \(corpus.context)" }
        if !(1...max(1, corpus.rows)).contains(grant.rows) { return "it has \(grant.rows) rows, the corpus \(corpus.rows)" }
        if lease.groups.isEmpty || Set(lease.groups).count != lease.groups.count
            || !lease.groups.allSatisfy(plan.blockGroups.indices.contains)
        {
            return "its groups are not the plan's"
        }
        if !offer.bundles.contains(where: { Set($0).isSuperset(of: lease.groups) }) {
            return "its groups do not fit together into the memory that was offered"
        }
        // Shards and strata are counted in what the plan multiplies out.
        return lease.shard < 0 || grant.stratum < 0 ? "its shard or stratum is negative" : nil
    }
}
