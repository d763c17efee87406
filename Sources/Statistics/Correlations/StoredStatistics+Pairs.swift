extension StoredStatistics {
    /// A row and a column of a block.
    public struct Pair: Hashable, Sendable {
        /// The row.
        public let row: Int
        /// The column.
        public let column: Int

        /// A pair of a block.
        public init(row: Int, column: Int) {
            self.row = row
            self.column = column
        }
    }

    /// The Pearson correlations of some pairs of a block, without rounding: only the tiles that have one of them are read.
    ///
    /// The algebra and its order are those of ``exactCorrelations(of:over:into:)``: the same bits. Not for a block with candidates alone,
    /// and not for a group against itself.
    ///
    /// - Throws: `StatisticsError`.
    public func correlations(of block: Block, at pairs: [Pair], over replicates: ReplicateSet) throws -> [Double] {
        precondition(candidates(of: block) == nil && !block.isWithin, "a block without all of its pairs")
        let inputs = inputs(of: block, over: replicates)
        let sums = try standardised(block, over: replicates)
        let perToken = snapshot.shape.settings.resolution / Double(max(sums.rows.tokens, 1))
        let (rowMeans, rowFactors) = (sums.rows.means, sums.rows.inverseDeviations)
        let (columnMeans, columnFactors) = (sums.columns.means, sums.columns.inverseDeviations)
        var found = [Double](repeating: 0, count: pairs.count)
        for (index, tile) in snapshot.shape.tiling(of: block.index).tiles.enumerated() {
            let inside = pairs.indices.filter { tile.rows.contains(pairs[$0].row) && tile.columns.contains(pairs[$0].column) }
            guard !inside.isEmpty else { continue }
            var entries = [Int64](repeating: 0, count: tile.count)
            try entries.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for input in inputs { try input.reader.addTile(index, of: input.entry, shape: tile, in: layout, to: base) }
            }
            for place in inside {
                let (row, column) = (pairs[place].row, pairs[place].column)
                let entry = entries[(row - tile.rows.lowerBound) * tile.columns.count + column - tile.columns.lowerBound]
                let covariance = Double(entry) * perToken - rowMeans[row] * columnMeans[column]
                found[place] = min(max(covariance * rowFactors[row] * columnFactors[column], -1), 1)
            }
        }
        return found
    }
}
