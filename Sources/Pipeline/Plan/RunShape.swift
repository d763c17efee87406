import Models
import Statistics

/// What the cost of a run depends on: shapes and counts, no weight and no text. A plan has one, and so has an estimate without a plan.
struct RunShape: Sendable {
    /// The columns and blocks, and what computing some of them takes.
    let workingSet: WorkingSet
    /// Blocks that are a task together.
    var blockGroups: [[Int]]
    /// Blocks that share their forward passes: those of a task, or of several that a worker takes at once.
    var passes: [[Int]]
    /// Raw tokens of the budget, and of the whole corpus.
    let tokens: Int, corpusTokens: Int
    /// Shards of the budget.
    let shards: Int
    /// Strata, and the replicates among them that the jackknife leaves out.
    let strata: Int, replicates: Int
    /// The random baseline.
    let rotations: RotationSettings
    /// In which form correlation matrices are written.
    let matrices: MatrixFormat

    /// The columns and blocks.
    var layout: StatisticsLayout { workingSet.layout }

    /// Cross-products that are kept: of within-layer blocks those on and above the diagonal of tiles.
    var entries: Double { layout.blocks.reduce(0) { $0 + Double(workingSet.entries(of: $1)) } }

    /// The blocks between models: what correlation matrices and rotations are made of.
    var crossBlocks: [Block] { layout.blocks.filter { !$0.isWithin && layout.groups[$0.columns].source != FeatureBank.sourceID } }

    /// Pairs of neurons of different models.
    var pairs: Double { crossBlocks.reduce(0) { $0 + Double(layout.entries(of: $1)) } }
}
