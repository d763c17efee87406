/// The pairs of columns whose products are kept where not all are: the candidates of a screened run.
///
/// Between models only listed pairs are kept, of a model's layer against itself nothing but its power sums; blocks of other sources, such as
/// the feature bank's, are kept whole. Pairs are cut by the plan's tiles, so certificates, files and merging are those of any block: a tile
/// has fewer entries, that is all.
public struct CandidatePairs: Hashable, Sendable {
    /// The pairs of one block, tile by tile, within a tile by row and then by column.
    public struct OfBlock: Hashable, Sendable {
        /// The tiles that have any pair; their counts are those of their pairs.
        public let tiles: [Tiling.Tile]
        /// Where the pairs of each tile begin, and the number of all.
        public let starts: [Int]
        /// The row of each pair within its block.
        public let rows: [Int32]
        /// The column of each pair within its block.
        public let columns: [Int32]

        /// How many pairs there are.
        public var count: Int { rows.count }
    }

    /// For each block of the layout its pairs; nil where all are kept.
    private let blocks: [OfBlock?]

    /// Cuts lists of partners by blocks and tiles.
    ///
    /// - Parameters:
    ///   - lists: each neuron's candidates, for each pair of models and direction. A pair that stands in both directions is kept once.
    ///   - edge: the largest edge of a tile.
    /// - Returns: nil where a list is about a source or a pair of layers that the layout does not compare.
    public init?(_ lists: [CandidateList], layout: StatisticsLayout, edge: Int) {
        let models = Set(lists.flatMap { [$0.source, $0.partnerSource] })
        var keys = [[UInt64]](repeating: [], count: layout.blocks.count)
        // The block of each two groups, whichever of them makes its rows; −1 without one.
        let groups = layout.groups.count
        var places = [Int](repeating: -1, count: groups * groups)
        for block in layout.blocks { places[block.rows * groups + block.columns] = block.index }
        for list in lists {
            let own = layout.neurons(of: list.source)
            let other = layout.neurons(of: list.partnerSource)
            guard list.neurons == own.count, !other.isEmpty else { return nil }
            for neuron in 0..<list.neurons {
                for place in 0..<list.length {
                    let partner = Int(list.partners[neuron * list.length + place])
                    if partner < 0 { break }
                    guard partner < other.count else { return nil }
                    let (a, b) = (own[neuron], other[partner])
                    let (forward, backward) = (places[a.group * groups + b.group], places[b.group * groups + a.group])
                    if forward >= 0 {
                        keys[forward].append(UInt64(a.column) << 32 | UInt64(b.column))
                    } else if backward >= 0 {
                        keys[backward].append(UInt64(b.column) << 32 | UInt64(a.column))
                    } else {
                        return nil
                    }
                }
            }
        }
        blocks = layout.blocks.map { block in
            let sources = [layout.groups[block.rows].source, layout.groups[block.columns].source]
            return sources.allSatisfy(models.contains) ? Self.pairs(keys[block.index], of: block, in: layout, edge: edge) : nil
        }
    }

    /// The pairs of a block; nil where all are kept.
    public func pairs(of block: Block) -> OfBlock? { blocks[block.index] }

    /// How many pairs of columns are kept of a block; nil where all are.
    public func count(of block: Block) -> Int? { blocks[block.index]?.count }

    /// How many listed pairs there are.
    public var count: Int { blocks.reduce(0) { $0 + ($1?.count ?? 0) } }

    private static func pairs(_ keys: [UInt64], of block: Block, in layout: StatisticsLayout, edge: Int) -> OfBlock {
        let (height, width) = (layout.groups[block.rows].columns, layout.groups[block.columns].columns)
        let strips = (width + edge - 1) / edge
        func tile(_ key: UInt64) -> Int { Int(key >> 32) / edge * strips + Int(key & 0xFFFF_FFFF) / edge }
        // By tile, then by row and column, each pair once.
        let sorted = Set(keys).map { (tile: tile($0), key: $0) }.sorted { ($0.tile, $0.key) < ($1.tile, $1.key) }
        var tiles: [Tiling.Tile] = []
        var starts: [Int] = []
        var start = 0
        while start < sorted.count {
            let index = sorted[start].tile
            var end = start
            while end < sorted.count, sorted[end].tile == index { end += 1 }
            let (i, j) = (index / strips, index % strips)
            tiles.append(
                Tiling.Tile(
                    rowStrip: i, columnStrip: j, rows: i * edge..<min((i + 1) * edge, height),
                    columns: j * edge..<min((j + 1) * edge, width), count: end - start))
            starts.append(start)
            start = end
        }
        return OfBlock(
            tiles: tiles, starts: starts + [sorted.count], rows: sorted.map { Int32(truncatingIfNeeded: $0.key >> 32) },
            columns: sorted.map { Int32(truncatingIfNeeded: $0.key & 0xFFFF_FFFF) })
    }
}

extension StatisticsLayout {
    /// The group and the column within it of each neuron of a source, layer by layer.
    fileprivate func neurons(of source: String) -> [(group: Int, column: Int)] {
        groups(of: source).flatMap { group in (0..<groups[group].columns).map { (group, $0) } }
    }
}
