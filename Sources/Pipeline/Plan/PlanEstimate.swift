import Checkpoints
import Corpus
import Diagnostics
import Models
import Statistics

/// What a run needs, told by shapes alone: no weight is read, no token, and nothing is written. It is no plan.
///
/// The figures come from the functions that plan a run; what only a corpus or weights could tell is assumed, and said so.
///
///     let estimate = try PlanEstimate(of: configuration, threads: 16, memory: [8 << 30, 64 << 30], gigaflopsOfCore: 40)
///     estimate.workers[0].cost?.tasks
public struct PlanEstimate: Encodable, Sendable {
    /// A model of the run.
    public struct Model: Encodable, Sendable {
        /// Its id, and the folder that its weights are expected in.
        public let id, path: String
        /// Its layers, and neurons in all of them.
        public let layers, neurons: Int
    }

    /// What a run takes on workers of some memory.
    public struct Worker: Encodable, Sendable {
        /// Bytes that each worker may use.
        public let memory: Int
        /// Groups that the blocks are computed in; 0 where the largest block does not fit.
        public let blockGroups: Int
        /// Forward passes over a shard: a worker takes as many groups at once as its memory holds.
        public let passes: Int
        /// The cost, seconds being those of one core; nil where the largest block does not fit. Of a screened run without its pilot.
        public let cost: PlanCost?
        /// The cost of a screened run's pilot; nil where there is none, and where its largest block does not fit.
        public let pilot: PlanCost?
    }

    /// Says that this is no plan.
    public let isEstimate = true
    /// The run's name.
    public let name: String
    /// The models; the first is the reference.
    public let models: [Model]
    /// Tokens of a row.
    public let context: Int
    /// Raw tokens of the budget, rounded up to whole shards, and of a shard.
    public let tokens, shardTokens: Int
    /// Shards of the budget.
    public let shards: Int
    /// Groups of shards for the jackknife.
    public let replicates: Int
    /// Columns of the feature bank.
    public let features: Int
    /// How many layers apart layers are compared; nil for all.
    public let band: Int?
    /// Blocks of the cross-product matrix.
    public let blocks: Int
    /// Pairs of neurons of different models.
    public let pairs: Double
    /// Cross-products that are kept: pairs, within-layer products and features.
    public let entries: Double
    /// Bytes of all accumulators, 32 bits each.
    public let accumulators: Double
    /// Bytes of the store for each replicate, uncompressed.
    public let storeOfReplicate: Double
    /// Bytes of a shard's partials.
    public let partialsOfShard: Double
    /// Floating-point operations for each token: the forward passes of all models once, and the cross-products.
    public let forwardOfToken, productsOfToken: Double
    /// Compute threads of a worker: each takes memory.
    public let threads: Int
    /// Bytes that a worker needs for the largest block: the least that it can have.
    public let leastMemory: Int
    /// Bytes that a worker needs to compute everything in one forward pass of each model.
    public let wholeMemory: Int
    /// Workers of some sizes.
    public let workers: [Worker]
    /// Raw tokens of a screened run's pilot; nil where there is none.
    public let pilotTokens: Int?
    /// By what the operations of an exact run are more, pilot included; nil where the run is not screened.
    public let workOfExact: Double?
    /// What was taken for granted.
    public let assumptions: [String]
    /// What a plan would stop at, such as weights that are not there; empty where it can be made.
    public let missing: [String]

    /// Estimates a run.
    ///
    /// - Parameters:
    ///   - threads: compute threads of a worker.
    ///   - memory: bytes of workers.
    ///   - gigaflopsOfCore: billions of operations a second that one core does.
    ///   - hubCache: where models of the Hugging Face Hub are looked up.
    /// - Throws: `CheckpointError` where a `config.json` is missing or wrong; `PipelineError.contextTooLong`, `.budgetUnknown`.
    public init(
        of configuration: Configuration, threads: Int, memory: [Int], gigaflopsOfCore: Double, hubCache: HubCache = .ofUser
    ) throws {
        let estimated = try EstimatedShape(configuration, threads: threads, hubCache: hubCache)
        let run = estimated.run
        let planner = BlockGroupPlanner(workingSet: run.workingSet, separatesPairs: true)
        let whole = PlanCost(of: run, gigaflops: gigaflopsOfCore)
        name = configuration.name
        models = estimated.models.map { model in
            Model(id: model.reference.id, path: model.reference.path.string, layers: model.shape.layers, neurons: model.shape.neurons)
        }
        context = estimated.context
        tokens = run.tokens
        shardTokens = estimated.windowRows * estimated.context
        shards = run.shards
        replicates = run.replicates
        features = estimated.features
        band = configuration.band(layers: estimated.models.map(\.shape.layers))
        blocks = run.layout.blocks.count
        pairs = run.pairs
        entries = run.entries
        accumulators = run.entries * 4
        storeOfReplicate = whole.store / Double(run.replicates)
        partialsOfShard = whole.partials / Double(run.shards)
        forwardOfToken = whole.forwardOperations / Double(run.tokens)
        productsOfToken = whole.productOperations / Double(run.tokens)
        self.threads = threads
        let pilotPlanner = estimated.pilot.map { BlockGroupPlanner(workingSet: $0.workingSet, separatesPairs: true) }
        let pilot = estimated.pilot.map { PlanCost(of: $0, gigaflops: gigaflopsOfCore) }
        let leastMemory = max(planner.leastMemory, pilotPlanner?.leastMemory ?? 0)
        self.leastMemory = leastMemory
        wholeMemory = max(whole.memory, pilot?.memory ?? 0)
        pilotTokens = estimated.pilot?.tokens
        workOfExact = pilot.map { pilot in
            PlanCost(of: estimated.exact, gigaflops: gigaflopsOfCore).operations / (whole.operations + pilot.operations)
        }
        workers = try memory.map { bytes in
            guard bytes >= leastMemory else { return Worker(memory: bytes, blockGroups: 0, passes: 0, cost: nil, pilot: nil) }
            var placedPilot = estimated.pilot
            if let shape = placedPilot, let groups = try pilotPlanner?.groups(memory: bytes) {
                placedPilot?.blockGroups = groups
                placedPilot?.passes = shape.workingSet.bundles(of: groups, memory: bytes).map { bundle in bundle.flatMap { groups[$0] } }
            }
            var placed = run
            let groups = try planner.groups(memory: bytes)
            placed.blockGroups = groups
            placed.passes = run.workingSet.bundles(of: groups, memory: bytes).map { bundle in bundle.flatMap { groups[$0] } }
            return Worker(
                memory: bytes, blockGroups: groups.count, passes: placed.passes.count,
                cost: PlanCost(of: placed, gigaflops: gigaflopsOfCore),
                pilot: placedPilot.map { PlanCost(of: $0, gigaflops: gigaflopsOfCore) })
        }
        assumptions = estimated.assumptions
        missing = Self.missing(for: configuration, hubCache: hubCache)
    }

    /// What a plan of a configuration would stop at. Weights are opened and not read, the corpus is only looked for.
    private static func missing(for configuration: Configuration, hubCache: HubCache) -> [String] {
        func problem(_ attempt: () throws -> Void) -> String? {
            do {
                try attempt()
                return nil
            } catch let error as any DiagnosedError {
                return error.message
            } catch {
                return "\(error)"
            }
        }
        var problems = configuration.models.compactMap { model in problem { _ = try ModelFolder(model.folder(in: hubCache)) } }
        if let problem = problem({ _ = try configuration.corpus.loadTokenizer(in: hubCache) }) { problems.append(problem) }
        // Models that are not there are told of above.
        let folders = configuration.models.compactMap { model in (try? model.folder(in: hubCache)).map { (model, $0) } }
        if let problem = problem({ _ = try TokenizerAgreement(of: folders, corpus: nil) }) { problems.append(problem) }
        if let problem = problem({ _ = try configuration.corpus.source() }) { problems.append(problem) }
        if let labels = configuration.corpus.labels, let problem = problem({ try LabelFile.checkExists(labels) }) {
            problems.append(problem)
        }
        if let topics = configuration.features.topics, let problem = problem({ _ = try TopicFile.read(topics) }) {
            problems.append(problem)
        }
        return problems
    }
}
