import Kernels
import Statistics

/// What a run will cost, known before it is computed.
public struct PlanCost: Codable, Hashable, Sendable {
    /// Floating-point operations of the forward passes, those included that are repeated for the parts of a shard.
    public let forwardOperations: Double
    /// Those of them that are done again because a shard's blocks are computed in parts; 0 where they are computed together.
    public let repeatedOperations: Double
    /// Floating-point operations of the cross-products.
    public let productOperations: Double
    /// Floating-point operations of the analysis: the rotation baselines, one for each draw and replicate, over all tokens and over those of
    /// each domain that is analysed apart.
    public let analysisOperations: Double
    /// Tasks of the plan, each a shard and a block group.
    public let tasks: Int
    /// Bytes that a process needs at most to compute tasks.
    public let memory: Int
    /// Bytes that the analysis needs at most, in one process; of a screened run that which follows its pilot's.
    public let analysisMemory: Int
    /// Bytes that a reducer needs at most that has all of the statistics, on as many threads; 0 for a screened run, which has no reducers.
    public let reducerMemory: Int
    /// Bytes of the store when it is complete, uncompressed: the most it can take. A Double, as those below: a large model's store over
    /// thousands of strata must not overflow before it is refused.
    public let store: Double
    /// Bytes that the store will take, compressed.
    public let storeOnDisk: Double
    /// Bytes of all partials together, compressed: what a cluster sends, or what waits to be folded here.
    public let partials: Double
    /// Bytes of the correlation matrices, uncompressed.
    public let matrices: Double
    /// Bytes that they will take, compressed.
    public let matricesOnDisk: Double
    /// Bytes of the folder of a run in one process when it is done: corpus, store, matrices, tables and report.
    public let folder: Double
    /// Bytes of that folder at most, on the way there: partials that wait to be folded are in it.
    public let folderAtMost: Double
    /// Billions of operations a second at which `seconds` are meant: for a plan those of this machine, for an estimate those of one core.
    public let gigaflops: Double
    /// Seconds that the run takes at that speed from its plan to its tables, as `PlanTime` has them.
    public let seconds: Double

    /// Whether products of candidates are a part of it, which are far from a matrix product's speed.
    public let isScreened: Bool

    /// The cost of a run of some shape.
    ///
    /// - Parameters:
    ///   - gigaflops: the speed that times are meant at, in billions of operations a second.
    ///   - analysisMemory: bytes that the analysis may use; nil: what it takes where nothing is said.
    init(of shape: RunShape, gigaflops: Double, analysisMemory: Int? = nil) {
        let (layout, workingSet) = (shape.layout, shape.workingSet)
        let passes = shape.passes.map { pass in pass.map { layout.blocks[$0] } }
        let tokens = Double(shape.tokens)
        func columns(_ group: Int) -> Double { Double(layout.groups[group].columns) }
        isScreened = workingSet.kept != nil
        // The rotation baselines of a screened run are its pilot's.
        func rotated(_ blocks: [Block]) -> Double {
            blocks.reduce(0.0) { $0 + 2 * columns($1.rows) * columns($1.columns) * columns($1.columns) }
        }
        let (draws, kinds, domains) = (shape.rotations.draws, shape.rotations.kinds.count, shape.domains)
        forwardOperations = passes.reduce(0.0) { $0 + Double(workingSet.forwardFLOPs(of: $1)) } * tokens
        repeatedOperations = forwardOperations - Double(workingSet.forwardFLOPs(of: passes.joined())) * tokens
        productOperations = passes.reduce(0.0) { $0 + Double(workingSet.productFLOPs(of: $1)) } * tokens
        // A domain has the first kind of rotations only.
        analysisOperations =
            isScreened
            ? 0
            : Double(draws * shape.replicates)
                * (rotated(shape.rotatedBlocks) * Double(kinds) + rotated(shape.domainBlocks) * Double(domains))
        tasks = shape.shards * shape.blockGroups.count
        memory = passes.map { workingSet.bytes(of: $0) }.max() ?? 0
        self.analysisMemory = shape.analysisBytes(within: analysisMemory)
        reducerMemory = ReducerFootprint(shape).bytes(within: analysisMemory)
        let sums = StoredSizes(workingSet)
        store = shape.entries * 8 * Double(shape.strata)
        storeOnDisk = sums.bytes(tokens: tokens / Double(max(1, shape.strata))) * Double(shape.strata)
        partials = sums.bytes(tokens: tokens / Double(max(1, shape.shards))) * Double(shape.shards)
        matrices = shape.pairs * Double(shape.matrices.bytes)
        matricesOnDisk = matrices * StoredSizes.matrices
        let sizes = FolderSizes(shape, store: storeOnDisk, partials: partials, matrices: matricesOnDisk)
        (folder, folderAtMost) = (sizes.done, sizes.atMost)
        self.gigaflops = gigaflops
        let time = PlanTime(shape).operations(forward: forwardOperations, products: productOperations, analysis: analysisOperations)
        seconds = time / (gigaflops * 1e9)
    }

    /// Operations in all.
    public var operations: Double { forwardOperations + productOperations + analysisOperations }

    /// Operations that workers share: forward passes and cross-products.
    public var sharedOperations: Double { forwardOperations + productOperations }

    /// The share of the forward passes' operations that are done again.
    public var repeatedShare: Double { forwardOperations > 0 ? repeatedOperations / forwardOperations : 0 }

    /// The share of a bare product's speed that is counted on where machines are not known: forward passes and rounded cross-products reach
    /// at least that much (`bench` measures both).
    public static let shareOfSpeed = 0.8

    /// Seconds that operations take at a speed in billions a second.
    public static func seconds(of operations: Double, gigaflops: Double) -> Double { operations / (gigaflops * 1e9 * shareOfSpeed) }

    // What follows is of a cost whose speed is that of one core.

    /// Seconds of the whole run in one process on some cores.
    public func seconds(cores: Int) -> Double { seconds / Double(cores) }

    /// Seconds that all operations take on some cores.
    public func secondsOfOperations(cores: Int) -> Double { Self.seconds(of: operations, gigaflops: gigaflops * Double(cores)) }

    /// Seconds that workers with some cores in all take for what they share.
    public func sharedSeconds(cores: Int) -> Double {
        // Products of candidates are far from a matrix product's speed; nothing else of a screened run is large.
        isScreened ? seconds(cores: cores) : Self.seconds(of: sharedOperations, gigaflops: gigaflops * Double(cores))
    }

    /// Seconds of the analysis on some cores.
    public func analysisSeconds(cores: Int) -> Double { Self.seconds(of: analysisOperations, gigaflops: gigaflops * Double(cores)) }

    /// Bytes that one process needs at most that does all of it.
    public var wholeMemory: Int { max(memory, analysisMemory) }
}

extension PlannedRun {
    /// Measures this machine for about a second and predicts what the run costs.
    ///
    /// - Parameter analysesDomains: whether domains that are strata are analysed apart; those of a screened run's pilot are not.
    /// - Throws: what the measurement throws.
    public func cost(context: JobContext, analysesDomains: Bool = true) throws -> PlanCost {
        PlanCost(
            of: shape(threads: context.team.count, analysesDomains: analysesDomains),
            gigaflops: try SpeedProbe.gigaflopsPerSecond(team: context.team),
            analysisMemory: context.memory)
    }

    /// What the plan's cost depends on.
    func shape(threads: Int, analysesDomains: Bool = true) -> RunShape {
        RunShape(
            workingSet: workingSet(threads: threads), blockGroups: plan.blockGroups, passes: plan.blockGroups, tokens: plan.tokens,
            corpusTokens: plan.numbers.corpus.rows * plan.numbers.corpus.context, shards: shards.count, strata: plan.numbers.corpus.strata,
            replicates: plan.numbers.corpus.replicates,
            rotations: plan.configuration.rotations, matrices: plan.candidates == nil ? plan.configuration.matrices : .none,
            domains: analysesDomains ? plan.analysedDomains.count : 0, mostCandidates: plan.numbers.screening?.rule.limit)
    }
}

extension MatrixFormat {
    /// Bytes of an element.
    fileprivate var bytes: Int {
        switch self {
        case .none: 0
        case .float16: 2
        case .float32: 4
        }
    }
}
