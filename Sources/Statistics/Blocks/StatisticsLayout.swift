/// The column groups of a run and the blocks between them, in plan order.
///
/// For each group in order: its blocks against the groups it is paired with (of another model those within the band, if there is one), then
/// its own within-layer block. The reference model is the first source.
public struct StatisticsLayout: Hashable, Codable, Sendable {
    /// All column groups: the models' layers in the plan's order of models, then the feature bank if there is one.
    public let groups: [ColumnGroup]
    /// All blocks in plan order.
    public let blocks: [Block]

    /// Lays out the blocks.
    ///
    /// - Parameters:
    ///   - models: the groups of each model; the first is the reference.
    ///   - features: the groups of sources that are compared with models, and with nothing else.
    ///   - explained: which models these are.
    ///   - pairing: which models are compared.
    ///   - band: which of their layers; nil for all. Features are compared with every layer.
    public init(
        models: [[ColumnGroup]], features: [ColumnGroup], explained: ExplainedModels = .reference, pairing: SourcePairing,
        band: LayerBand? = nil
    ) {
        var groups: [ColumnGroup] = []
        var blocks: [Block] = []
        var starts: [Range<Int>] = []
        func add(_ group: ColumnGroup, against partners: [Int]) {
            let column = groups.count
            groups.append(group)
            for row in partners { blocks.append(Block(index: blocks.count, rows: row, columns: column)) }
            blocks.append(Block(index: blocks.count, rows: column, columns: column))
        }
        let sources = models.map { $0.first?.source ?? "" }
        for (place, model) in models.enumerated() {
            let first = groups.count
            let partners = pairing.earlier(than: place, of: sources).map { starts[$0] }
            for (layer, group) in model.enumerated() {
                let rows = partners.flatMap { earlier in
                    earlier.filter { row in
                        band?.holds(row - earlier.lowerBound, of: earlier.count, layer, of: model.count) ?? true
                    }
                }
                add(group, against: rows)
            }
            starts.append(first..<groups.count)
        }
        let explainedStarts = explained == .all ? starts[...] : starts.prefix(1)
        for group in features { add(group, against: Array(explainedStarts.joined())) }
        self.groups = groups
        self.blocks = blocks
    }

    /// The names of the sources, in order.
    public var sources: [String] {
        var names: [String] = []
        for group in groups where names.last != group.source { names.append(group.source) }
        return names
    }

    /// The indices of a source's groups, layer by layer.
    public func groups(of source: String) -> [Int] {
        groups.indices.filter { groups[$0].source == source }
    }

    /// The block between two groups, if the plan has it.
    public func block(rows: Int, columns: Int) -> Block? {
        blocks.first { $0.rows == rows && $0.columns == columns }
    }

    /// The blocks that a column group owns, in plan order; the last one is its within-layer block.
    public func blocks(ownedBy group: Int) -> [Block] {
        blocks.filter { $0.columns == group }
    }

    /// The sections that come with a block in one stratum: its sums, and with a within-layer block of the reference the layer's examples, with
    /// one of any group's reference its moments, tokens and means.
    ///
    /// - Parameter kinds: those that are kept at all; blocks always are.
    public func sections(of block: Block, stratum: Int, kinds: Set<SectionKey.Kind>) -> [SectionKey] {
        var keys = [SectionKey(kind: .block, index: block.index, stratum: stratum)]
        guard block.isWithin else { return keys }
        let isFirst = groups[block.rows].source == groups.first?.source
        func add(_ kind: SectionKey.Kind, _ isGathered: Bool) {
            if isGathered, kinds.contains(kind) { keys.append(SectionKey(kind: kind, index: block.rows, stratum: stratum)) }
        }
        add(.examples, isFirst)
        add(.moments, isReference(within: block))
        add(.tokens, isReference(within: block))
        add(.means, isReference(within: block))
        return keys
    }

    /// Whether a group is a layer of the reference of models that are compared among themselves: of one that is compared with none before it.
    public func isReference(_ group: Int) -> Bool {
        guard groups.indices.contains(group), let block = block(rows: group, columns: group) else { return false }
        return isReference(within: block)
    }

    /// The same for the group of a within-layer block, which follows its group's other blocks.
    public func isReference(within block: Block) -> Bool {
        block.isWithin && (block.index == 0 || blocks[block.index - 1].columns != block.columns)
    }

    /// A block's name in files and messages, such as `a.0×b.3`, with an ASCII separator.
    public func name(of block: Block) -> String {
        "\(groups[block.rows].name)_\(groups[block.columns].name)"
    }

    /// How many cross-products a block holds.
    public func entries(of block: Block) -> Int {
        groups[block.rows].columns * groups[block.columns].columns
    }
}
