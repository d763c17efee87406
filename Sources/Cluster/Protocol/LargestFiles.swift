import Pipeline
import Statistics

/// What the files of a plan take at most, whatever their numbers are: who announces more has another plan, or lies.
struct LargestFiles: Sendable {
    /// More than the beginning and the end of a file of partial sums take, without its shards.
    static let directoryBytes = 1 << 16
    /// More than a shard takes in a section's table of shards.
    private static let shardBytes = 1 << 10

    private let plan: RunPlan
    private let shape: SectionShape

    /// The bounds of a plan.
    init(_ plan: RunPlan) { (self.plan, shape) = (plan, plan.shape) }

    /// Bytes of a section's numbers in a file.
    func bytes(of key: SectionKey) -> Int {
        let layout = shape.layout
        let (raw, pieces): (Int, Int)
        switch key.kind {
        case .block:
            let tiling = shape.tiling(of: key.index)
            // Entries of 8 bytes; power sums of 72 a column.
            (raw, pieces) = (8 * tiling.entries + 72 * (tiling.rows + tiling.columns), 2 + tiling.tiles.count)
        case .examples:
            let columns = layout.groups[key.index].columns
            (raw, pieces) = (4 * columns * shape.examples.count * (3 + shape.examples.window), 4)
        case .moments:
            // Power sums and two counts; a count for each position.
            (raw, pieces) = (layout.groups[key.index].columns * (72 + 2 * 8 + 4 * shape.context), 4)
        case .tokens: (raw, pieces) = (8 * layout.groups[key.index].columns * (shape.moments?.maxima ?? 0), 2)
        case .means:
            // Of each token an id, a count and the sums.
            let strips = (shape.vocabulary + TokenSums.stripTokens - 1) / TokenSums.stripTokens
            (raw, pieces) = (shape.vocabulary * (12 + 8 * layout.groups[key.index].columns), 2 + strips)
        }
        // A piece takes some 200 bytes of the directory.
        return Self.packed(raw) + 1_024 * pieces
    }

    /// Bytes of a file that a reducer serves.
    ///
    /// - Parameter shards: how many shards the plan has.
    func bytes(of file: ReducerFile, shards: Int) -> Int {
        switch file {
        case .section(let key): bytes(of: key) + Self.directoryBytes + shards * Self.shardBytes
        case .findings: findingsBytes + shards * Self.shardBytes
        case .correlations:
            // A chunk holds whole layers, and has the size of the largest: float32.
            Self.packed(4 * largestGroup * largestGroup)
        }
    }

    private var largestGroup: Int { shape.layout.groups.reduce(0) { max($0, $1.columns) } }

    /// A group's findings say of each neuron of the run: in tails, histograms and sums against each model less than 4 KiB; its maxima in each
    /// set of replicates, of which there are fewer than 4 for each replicate and 16 more, for each rotation, over all tokens and over those of
    /// each domain; what explains it in less than 8 KiB.
    private var findingsBytes: Int {
        let layout = shape.layout
        let neurons = layout.groups.reduce(0) { $0 + $1.columns }
        let rotations = plan.configuration.rotations
        let maxima = 4 * (4 * plan.numbers.corpus.replicates + 16) * (1 + rotations.kinds.count * rotations.draws)
        let domains = plan.numbers.corpus.strataDomains
        let digests = layout.blocks.count * plan.numbers.corpus.strata * 128
        // The header has a line for each domain's part.
        return Self.packed(neurons * (layout.sources.count * 4_096 + (1 + domains) * maxima + 8_192)) + digests + domains * 4_096 + 1 << 20
    }

    /// zstd adds less than a 128th to what it cannot compress.
    private static func packed(_ raw: Int) -> Int { raw + raw / 64 + 4_096 }
}
