import Analysis
import Models

/// What a run in one process takes on disk.
struct FolderSizes {
    /// Bytes of the run's folder when it is done: corpus, store, matrices, tables and report.
    let done: Double
    /// Bytes of it at most, on the way there: partials that wait are there until the store has them.
    let atMost: Double

    /// Staged partials are folded once they take this much, or as much as the store itself: then folding rewrites each number a few times
    /// only, however many shards there are.
    static let foldBytes = 1 << 30

    /// Bytes of a row of `neurons.csv`, and of what it says of each other model.
    private static let row = 440.0, rowOfModel = 36.0
    /// Bytes of a row of `domains.csv`, and of what it says of each domain.
    private static let rowOfDomains = 14.0, rowOfDomain = 24.0
    /// Bytes of a row of a model's table of families.
    private static let family = 105.0
    /// Bytes of a row of `percentiles.csv`.
    private static let percentiles = 270.0
    /// Bytes of a row of `antipodes.csv`.
    private static let antipodes = 270.0
    /// Bytes of the report, the summary and the plan, which hardly depend on the run.
    private static let pages = 200_000.0
    /// Bytes of a column in `calibration.npz`.
    private static let column = 8.0

    /// What a run of some shape takes.
    ///
    /// - Parameters:
    ///   - store: bytes of the store when it is complete.
    ///   - partials: bytes of all partials.
    ///   - matrices: bytes of the correlation matrices.
    init(_ shape: RunShape, store: Double, partials: Double, matrices: Double) {
        let layout = shape.layout
        let columns = Double(layout.groups.reduce(0) { $0 + $1.columns })
        let tokenBytes = shape.workingSet.vocabulary > 1 << 16 ? 4.0 : 2.0
        // No tagger has more combinations of labels than 16 bits tell apart, or hardly one.
        let labelBytes = shape.workingSet.hasLabels ? 2.0 : 0
        let given = Double(shape.corpusTokens) * (tokenBytes + labelBytes) + columns * Self.column
        let waiting = min(partials, max(Double(Self.foldBytes), store) + partials / Double(max(1, shape.shards)))
        done = given + store + matrices + Self.tables(shape) + Self.pages
        atMost = max(done, given + store + waiting)
    }

    /// Bytes of `pairs/`, `neurons.csv`, `domains.csv`, `families/`, the tables of other groups of models, and what follows from the reference's
    /// weights. Neurons with a role are few.
    private static func tables(_ shape: RunShape) -> Double {
        let layout = shape.layout
        func neurons(_ source: String) -> Int { layout.groups(of: source).reduce(0) { $0 + layout.groups[$1].columns } }
        let pairs = Set(shape.crossBlocks.map { [layout.groups[$0.rows].source, layout.groups[$0.columns].source] })
        let isScreened = shape.workingSet.kept != nil
        let archives = pairs.reduce(0) { sum, pair in
            let (first, second) = (neurons(pair[0]), neurons(pair[1]))
            return sum + first * PairArchive.bytesPerNeuron(partners: second, isScreened: isScreened)
                + second * PairArchive.bytesPerNeuron(partners: first, isScreened: isScreened)
        }
        let reference = Double(shape.universality.first.map { neurons($0.reference) } ?? 0)
        let (context, moments) = (shape.workingSet.context, shape.workingSet.moments)
        let ofActivations = moments.map { ActivationArchive.bytesPerNeuron(context: context, settings: $0) } ?? 0
        let domains =
            shape.domains == 0
            ? 0 : Double(layout.sources.first.map(neurons) ?? 0) * (rowOfDomains + rowOfDomain * Double(shape.domains))
        let families = layout.otherExplainedModels.reduce(0.0) { $0 + Double(neurons($1)) * family }
        let layers = Double(shape.universality.first.map { layout.groups(of: $0.reference).count } ?? 0)
        let heads = shape.universality.first.flatMap { shape.workingSet.models[$0.reference] }.map { $0.layers * $0.heads } ?? 0
        let ofWeights =
            Double(VocabularyArchive.bytesPerNeuron(vocabulary: shape.workingSet.vocabulary)) + percentiles + antipodes
            + layers * Double(NeighbourArchive.bytesPerNeuron) + Double(AttentionArchive.bytesPerNeuron(heads: heads))
        let ofReference = reference * (ofWeights + Double(ofActivations))
        return shape.universality.reduce(Double(archives) + domains + families + ofReference) { sum, group in
            sum + Double(neurons(group.reference)) * (row + rowOfModel * Double(group.others.count))
        }
    }
}
