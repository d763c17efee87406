import Statistics
import Storage
import SystemPackage

/// What a plan says, for people.
public struct PlanInspection: Codable, Sendable {
    /// A model of the plan.
    public struct Model: Codable, Sendable {
        /// Its id.
        public let id: String
        /// Its folder when the plan was made, or its repository.
        public let path: String
        /// The repository's commit; nil for a folder.
        public let commit: String?
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
    /// Windows of the budget; each is one shard, or one for each domain in it where domains are strata.
    public let windows: Int
    /// Shards of the budget; nil where domains are strata and the corpus is not at hand.
    public let shards: Int?
    /// Groups for the jackknife, and strata in all.
    public let replicates, strata: Int
    /// Blocks of the cross-product matrix, and groups that they are computed in.
    public let blocks, blockGroups: Int
    /// Tasks for `map`, each a shard and a block group; nil where the shards are not known.
    public let tasks: Int?
    /// How many layers apart layers are compared; nil for all.
    public let band: Int?
    /// What the columns of models are, where they are no neurons, and how many each layer of each model has.
    public let columns: String?, layerColumns: [Int]?
    /// Which pairs of columns are followed after a pilot; nil where all are.
    public let screening: PlannedScreening?
    /// Columns of the feature bank; 0 without.
    public let features: Int
    /// Which models are compared with them; nil for the reference alone.
    public let featuresOf: ExplainedModels?
    /// Counted tokens of a chunk.
    public let chunk: Int
    /// q; nil where activations are rounded instead.
    public let resolution: Resolution?
    /// Bits that activations are rounded to; nil where they are not.
    public let bits: Int?
    /// The kernel family, or `any`.
    public let kernels: String

    /// Describes the plan in a folder, whose corpus may be elsewhere by now.
    ///
    /// - Throws: `PipelineError.planMissing`, `.planDamaged`, `.corpusChanged`.
    public init(in folder: RunFolder) throws {
        let plan = try RunPlan.read(folder.plan)
        let corpus = Folder.exists(folder.corpus) ? try plan.openCorpus(in: folder) : nil
        self.init(plan, shards: corpus.map { plan.shards(of: $0).count })
    }

    /// Describes a plan.
    ///
    /// - Parameter shards: how many shards its budget has; nil where nobody knows.
    init(_ plan: RunPlan, shards known: Int?) {
        let corpus = plan.numbers.corpus
        identity = plan.identity
        name = plan.configuration.name
        program = plan.program
        models = plan.numbers.models.map { model in
            let reference = plan.configuration.models.first { $0.id == model.id }
            return Model(
                id: model.id, path: reference?.path.string ?? "", commit: reference?.commit, layers: model.layers,
                neurons: model.layers * model.mlpWidth, digest: model.digest)
        }
        rows = corpus.rows
        context = corpus.context
        domains = corpus.domains
        tokens = plan.tokens
        corpusTokens = corpus.rows * corpus.context
        shardTokens = corpus.windowTokens
        windows = plan.windows
        shards = known ?? (corpus.separatesDomains ? nil : plan.windows)
        replicates = corpus.replicates
        strata = corpus.strata
        blocks = plan.layout.blocks.count
        blockGroups = plan.blockGroups.count
        tasks = shards.map { $0 * plan.blockGroups.count }
        band = plan.numbers.band
        columns = plan.numbers.basis?.columns.description
        layerColumns = plan.numbers.basis == nil ? nil : plan.numbers.models.map(\.columns)
        screening = plan.numbers.screening
        features = plan.numbers.features?.columns ?? 0
        featuresOf = plan.numbers.features?.models
        chunk = plan.numbers.accumulation.chunk
        bits = plan.numbers.accumulation.bits?.rawValue
        resolution = bits == nil ? plan.configuration.resolution : nil
        kernels = plan.numbers.kernels
    }
}
