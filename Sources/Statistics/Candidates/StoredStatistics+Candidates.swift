extension StoredStatistics {
    /// The pairs that are kept of a block; nil where all are.
    public func candidates(of block: Block) -> CandidatePairs.OfBlock? { snapshot.shape.candidates?.pairs(of: block) }

    /// The Pearson correlations of a block's candidates over some sets of replicates, `[sets][pairs]`.
    ///
    /// The sums are integers and the algebra is float64; the result is rounded to float32. A pair with a column without variance has
    /// correlation 0, and every pair over an empty set.
    ///
    /// - Throws: `StatisticsError`.
    public func candidateCorrelations(of block: Block, over sets: [ReplicateSet]) throws -> [[Float]] {
        guard let pairs = candidates(of: block) else { return sets.map { _ in [] } }
        let parts = try (0..<replicates).map { replicate in
            let set = ReplicateSet([replicate])
            return (sums: try candidateSums(of: block, pairs, over: set), power: try standardised(block, over: set))
        }
        return sets.map { set in
            var rows = PowerSums(columns: layout.groups[block.rows].columns)
            var columns = PowerSums(columns: layout.groups[block.columns].columns)
            var (tokens, chunks) = (0, 0)
            var entries = [Int64](repeating: 0, count: pairs.count)
            for replicate in set.members where replicate < replicates {
                let part = parts[replicate]
                rows.add(part.power.rows.sums)
                columns.add(part.power.columns.sums)
                tokens += part.power.rows.tokens
                chunks += part.power.rows.chunks
                for index in entries.indices { entries[index] &+= part.sums[index] }
            }
            return Self.correlations(
                of: pairs, entries, rows: StandardisedSums(sums: rows, tokens: tokens, chunks: chunks),
                columns: StandardisedSums(sums: columns, tokens: tokens, chunks: chunks),
                perToken: snapshot.shape.settings.resolution / Double(max(tokens, 1)))
        }
    }

    /// The exact sums of a block's candidates over a set of replicates.
    private func candidateSums(of block: Block, _ pairs: CandidatePairs.OfBlock, over replicates: ReplicateSet) throws -> [Int64] {
        var entries = [Int64](repeating: 0, count: pairs.count)
        let inputs = inputs(of: block, over: replicates)
        try entries.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for (index, tile) in pairs.tiles.enumerated() {
                for input in inputs {
                    try input.reader.addTile(index, of: input.entry, shape: tile, in: layout, to: base + pairs.starts[index])
                }
            }
        }
        return entries
    }

    private static func correlations(
        of pairs: CandidatePairs.OfBlock, _ entries: [Int64], rows: StandardisedSums, columns: StandardisedSums, perToken: Double
    ) -> [Float] {
        let (rowMeans, rowFactors) = (rows.means, rows.inverseDeviations)
        let (columnMeans, columnFactors) = (columns.means, columns.inverseDeviations)
        return entries.indices.map { index in
            let (row, column) = (Int(pairs.rows[index]), Int(pairs.columns[index]))
            let covariance = Double(entries[index]) * perToken - rowMeans[row] * columnMeans[column]
            return Float(min(max(covariance * rowFactors[row] * columnFactors[column], -1), 1))
        }
    }
}
