/// How little the columns of a group vary, and how much was counted: all that the resolution's effect on correlations depends on.
public struct ColumnSpread: Hashable, Codable, Sendable {
    /// The least deviation above 0 of the group's standardised columns; 1 where no column varies.
    public let leastDeviation: Double
    /// Chunks that were rounded into the group's sums.
    public let chunks: Int
    /// Counted tokens.
    public let tokens: Int
    /// What rounded activations add; nil where they are not rounded.
    public let rounding: RoundingSpread?
}

extension StoredStatistics {
    /// The spread of a group's columns over all replicates.
    ///
    /// - Parameter block: the group's own within-layer block.
    /// - Throws: `StatisticsError`.
    public func spread(of block: Block) throws -> ColumnSpread {
        let sums = try standardised(block, over: .all(replicates)).rows
        return ColumnSpread(
            leastDeviation: sums.variances.filter { $0 > 0 }.min()?.squareRoot() ?? 1, chunks: sums.chunks, tokens: sums.tokens,
            rounding: roundingSpread(of: block, sums: sums))
    }

    /// The spreads of all groups that have a within-layer block.
    func spreads() throws -> [Int: ColumnSpread] {
        var spreads: [Int: ColumnSpread] = [:]
        for block in layout.blocks where block.isWithin { spreads[block.rows] = try spread(of: block) }
        return spreads
    }
}
