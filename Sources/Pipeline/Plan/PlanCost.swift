import Kernels
import Models
import Statistics

/// What a run will cost, known before it is computed.
public struct PlanCost: Codable, Hashable, Sendable {
    /// Floating-point operations of the forward passes, those that block groups repeat included.
    public let forwardOperations: Double
    /// Floating-point operations of the cross-products.
    public let productOperations: Double
    /// Floating-point operations of the analysis: the rotation baselines, one for each draw and replicate.
    public let analysisOperations: Double
    /// Tasks of the plan, each a shard and a block group.
    public let tasks: Int
    /// Bytes that a process needs at most.
    public let memory: Int
    /// Bytes of the store when it is complete, uncompressed: the most it can take. A Double, as those below: a large model's store over
    /// thousands of strata must not overflow before it is refused.
    public let store: Double
    /// Bytes of all partials together: what a cluster sends, or what waits to be folded here. About two an entry: over a shard of 65,536
    /// tokens with q = 1/16 sampling noise alone is ± 4,096 units, 14 bits that no compression takes away.
    public let partials: Double
    /// Bytes of the correlation matrices, uncompressed.
    public let matrices: Double
    /// Billions of operations a second that this machine does, measured.
    public let gigaflops: Double
    /// Seconds that the run takes at that speed.
    public let seconds: Double

    /// Operations in all.
    public var operations: Double { forwardOperations + productOperations + analysisOperations }
}

extension PlannedRun {
    /// Measures this machine for about a second and predicts what the run costs.
    ///
    /// - Throws: what the measurement throws.
    public func cost(context: JobContext) throws -> PlanCost {
        let workingSet = workingSet(threads: context.team.count)
        let groups = plan.blockGroups.map { group in group.map { layout.blocks[$0] } }
        let tokens = Double(plan.tokens)
        let crossed = layout.blocks.filter { !$0.isWithin && layout.groups[$0.columns].source != FeatureBank.sourceID }
        func columns(_ group: Int) -> Int { layout.groups[group].columns }
        let rotated = crossed.reduce(0.0) { $0 + 2 * Double(columns($1.rows)) * Double(columns($1.columns)) * Double(columns($1.columns)) }
        let entries = layout.blocks.reduce(0.0) { $0 + Double(layout.entries(of: $1)) }
        let shards = self.shards.count
        let forward = groups.reduce(0.0) { $0 + Double(workingSet.forwardFLOPs(of: $1)) } * tokens
        let products = groups.reduce(0.0) { $0 + Double(workingSet.productFLOPs(of: $1)) } * tokens
        let analysis =
            rotated
            * Double(
                plan.configuration.rotations.kinds.count * plan.configuration.rotations.draws * plan.numbers.corpus.replicates)
        let gigaflops = try SpeedProbe.gigaflopsPerSecond(team: context.team)
        // 0.8: forward passes and rounded cross-products reach at least that share of a bare product's speed (`bench` measures both).
        let seconds = (forward + products + analysis) / (gigaflops * 1e9 * 0.8)
        return PlanCost(
            forwardOperations: forward, productOperations: products, analysisOperations: analysis,
            tasks: shards * groups.count, memory: groups.map { workingSet.bytes(of: $0) }.max() ?? 0,
            store: entries * 8 * Double(plan.numbers.corpus.strata), partials: entries * 2 * Double(shards),
            matrices: crossed.reduce(0) { $0 + Double(columns($1.rows)) * Double(columns($1.columns)) }
                * Double(plan.configuration.matrices.bytes),
            gigaflops: gigaflops, seconds: seconds)
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
