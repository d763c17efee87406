import Storage
import SystemPackage

/// What a plan says, for people.
public struct PlanInspection: Codable, Sendable {
    /// A model of the plan.
    public struct Model: Codable, Sendable {
        /// Its id.
        public let id: String
        /// Its folder when the plan was made.
        public let path: String
        /// Its layers, and neurons in all of them.
        public let layers, neurons: Int
        /// The content hash of its weights.
        public let digest: Digest
    }

    /// The hash of all that decides numbers.
    public let identity: Digest
    /// Name of the run, and version of the program that planned it.
    public let name, program: String
    /// The models; the first is the reference.
    public let models: [Model]
    /// Rows and tokens of a row of the corpus.
    public let rows, context: Int
    /// The corpus's domains.
    public let domains: [String]
    /// Raw tokens of the budget and of the corpus.
    public let tokens, corpusTokens: Int
    /// Raw tokens of a shard, or of a window where domains are strata.
    public let shardTokens: Int
    /// Shards or windows of the budget.
    public let shards: Int
    /// Groups for the jackknife, and strata in all.
    public let replicates, strata: Int
    /// Blocks of the cross-product matrix, groups that they are computed in, tasks for `map`.
    public let blocks, blockGroups, tasks: Int
    /// Columns of the feature bank; 0 without.
    public let features: Int
    /// Counted tokens of a chunk, and q.
    public let chunk: Int
    public let resolution: Resolution
    /// The kernel family, or `any`.
    public let kernels: String

    /// Describes a plan.
    public init(_ plan: RunPlan) {
        let corpus = plan.numbers.corpus
        identity = plan.identity
        name = plan.configuration.name
        program = plan.program
        models = plan.numbers.models.map { model in
            Model(
                id: model.id, path: plan.configuration.models.first { $0.id == model.id }?.path.string ?? "", layers: model.layers,
                neurons: model.layers * model.mlpWidth, digest: model.digest)
        }
        rows = corpus.rows
        context = corpus.context
        domains = corpus.domains
        tokens = plan.tokens
        corpusTokens = corpus.rows * corpus.context
        shardTokens = corpus.windowTokens
        shards = plan.windows
        replicates = corpus.replicates
        strata = corpus.strata
        blocks = plan.layout.blocks.count
        blockGroups = plan.blockGroups.count
        tasks = plan.windows * plan.blockGroups.count
        features = plan.numbers.features?.columns ?? 0
        chunk = plan.numbers.accumulation.chunk
        resolution = plan.configuration.resolution
        kernels = plan.numbers.kernels
    }
}
