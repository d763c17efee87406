import Analysis
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
    /// Domains over whose tokens alone universality is analysed too.
    var domains = 0
    /// The most candidates that a neuron of a screened run can have; nil for a run of all pairs.
    var mostCandidates: Int?

    /// The columns and blocks.
    var layout: StatisticsLayout { workingSet.layout }

    /// Cross-products that are kept: of within-layer blocks those on and above the diagonal of tiles.
    var entries: Double { layout.blocks.reduce(0) { $0 + Double(workingSet.entries(of: $1)) } }

    /// The blocks between models: what correlation matrices and rotations are made of.
    var crossBlocks: [Block] { layout.blocks.filter { !$0.isWithin && layout.groups[$0.columns].source != FeatureBank.sourceID } }

    /// What the analysis of each group of models that are compared among themselves is asked for, the reference's first.
    var universality: [UniversalityConfiguration] {
        var groups: [[String]] = []
        var withinGroups: Set<String> = []
        let partners = Dictionary(grouping: crossBlocks, by: { layout.groups[$0.columns].source })
            .mapValues { blocks in Set(blocks.map { layout.groups[$0.rows].source }) }
        for source in layout.sources where source != FeatureBank.sourceID {
            guard let earlier = partners[source], let own = groups.firstIndex(where: { !earlier.isDisjoint(with: $0) }) else {
                groups.append([source])
                continue
            }
            groups[own].append(source)
            if earlier.count > 1 { withinGroups.insert(groups[own][0]) }
        }
        return groups.map { group in
            var asked = UniversalityConfiguration(
                reference: group[0], others: Array(group.dropFirst()), allPairs: withinGroups.contains(group[0]),
                rotations: RotationConfiguration(kinds: rotations.kinds, draws: rotations.draws, seed: rotations.seed))
            asked.areSignsArbitrary = workingSet.models[group[0]]?.directions != nil
            return asked
        }
    }

    /// Those of the model that others are judged against, the first that each is compared with: what has a rotation baseline.
    var rotatedBlocks: [Block] {
        var first: [String: String] = [:]
        return crossBlocks.filter { block in
            let (row, column) = (layout.groups[block.rows].source, layout.groups[block.columns].source)
            if first[column] == nil { first[column] = row }
            return first[column] == row
        }
    }

    /// Those of the run's own reference: what the analysis of each domain goes through.
    var domainBlocks: [Block] {
        domains == 0 ? [] : rotatedBlocks.filter { layout.groups[$0.rows].source == layout.sources.first }
    }

    /// Pairs of neurons of different models.
    var pairs: Double { pairs(of: crossBlocks) }

    /// Pairs of neurons in some blocks.
    func pairs(of blocks: [Block]) -> Double { blocks.reduce(0) { $0 + Double(layout.entries(of: $1)) } }
}
