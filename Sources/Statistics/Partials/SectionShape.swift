/// What the plan says of the shapes of sections: needed to read and to merge them.
public struct SectionShape: Sendable {
    /// The columns and blocks.
    public let layout: StatisticsLayout
    /// Chunk, tile and resolution.
    public let settings: AccumulationSettings
    /// Examples kept of each neuron of the reference.
    public let examples: ExampleSettings
    /// What is kept besides of the references' neurons; nil where nothing is.
    public let moments: MomentSettings?
    /// Tokens of a row; of use where there are moments.
    public let context: Int
    /// Tokens of the vocabulary; of use where there are means.
    public let vocabulary: Int
    /// The pairs of columns that are kept; nil where all are.
    public let candidates: CandidatePairs?
    /// The tilings of all blocks; blocks of the same shape share one.
    private let tilings: [Tiling]

    /// The shapes that follow from a layout and the plan's settings.
    ///
    /// - Parameters:
    ///   - moments: what is kept besides of the references' neurons; nil for nothing.
    ///   - context: tokens of a row.
    ///   - vocabulary: tokens of the vocabulary.
    ///   - candidates: the pairs of columns that are kept; nil for all.
    public init(
        layout: StatisticsLayout, settings: AccumulationSettings, examples: ExampleSettings, moments: MomentSettings? = nil,
        context: Int = 1, vocabulary: Int = 1, candidates: CandidatePairs? = nil
    ) {
        self.layout = layout
        self.moments = moments
        self.context = context
        self.vocabulary = vocabulary
        self.candidates = candidates
        self.settings = settings
        self.examples = examples
        var known: [[Int]: Tiling] = [:]
        tilings = layout.blocks.map { block in
            if let pairs = candidates?.pairs(of: block) {
                return Tiling(rows: layout.groups[block.rows].columns, columns: layout.groups[block.columns].columns, keeping: pairs)
            }
            let shape = [layout.groups[block.rows].columns, layout.groups[block.columns].columns, block.isWithin ? 1 : 0]
            let tiling = known[shape] ?? Tiling(block, in: layout, edge: settings.tile)
            known[shape] = tiling
            return tiling
        }
    }

    /// How a block is cut into tiles.
    public func tiling(of block: Int) -> Tiling { tilings[block] }
}
