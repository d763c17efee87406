extension PartialReader {
    /// Makes sure that a section says no more than its shards can bring: what is within this, whatever its numbers are, can be added to all
    /// other shards of the run, and every sum keeps within its integers.
    ///
    /// - Parameters:
    ///   - tokens: how many tokens the section's shards have at most.
    ///   - shards: how many shards the run may have at most.
    /// - Throws: `StatisticsError.malformed`, `.checksumMismatch`.
    public func check(_ entry: SectionEntry, shape: SectionShape, tokens: Int, shards: Int) throws {
        switch entry.key.kind {
        case .examples, .tokens:
            guard (entry.tokens, entry.chunks, entry.beyond ?? 0) == (0, 0, 0) else {
                throw malformed(entry, "\(entry.key.kind.rawValue) count no tokens")
            }
        case .moments, .means:
            guard (entry.chunks, entry.beyond ?? 0) == (0, 0) else { throw malformed(entry, "\(entry.key.kind.rawValue) have no chunks") }
            guard entry.tokens <= tokens else {
                throw malformed(entry, "it has \(entry.tokens) tokens, its shards have \(tokens) at most")
            }
        case .block: try checkBlock(entry, shape: shape, tokens: tokens, shards: shards)
        }
    }

    private func checkBlock(_ entry: SectionEntry, shape: SectionShape, tokens: Int, shards: Int) throws {
        let (settings, count) = (shape.settings, entry.shards.count)
        guard entry.tokens <= tokens else {
            throw malformed(entry, "it has \(entry.tokens) tokens, its shards have \(tokens) at most")
        }
        // All chunks of a shard but its last are full.
        let least = (entry.tokens + settings.chunk - 1) / settings.chunk
        let most = (entry.tokens + count * (settings.chunk - 1)) / settings.chunk
        guard least <= entry.chunks, entry.chunks <= most else {
            throw malformed(entry, "it has \(entry.chunks) chunks, \(entry.tokens) tokens of its shards make \(least) to \(most)")
        }
        let (rows, columns) = try readPowerSums(entry, shape: shape)
        let isWithin = shape.layout.blocks[entry.key.index].isWithin
        let values = settings.bits == nil ? 0 : Double(entry.tokens) * Double(rows.columns + (isWithin ? 0 : columns.columns))
        guard Double(entry.beyond ?? 0) <= values else {
            throw malformed(entry, "\(entry.beyond ?? 0) of its \(Int(values)) values are beyond the largest integer")
        }
        let share = OverflowCertificate(settings).largestSquare * (Double(count) / Double(max(shards, count)))
        guard let square = [rows, columns].flatMap({ $0.largestSquares(tile: settings.tile) }).max(), square > share else { return }
        throw malformed(entry, "the sum of a column's squares is \(square), more than its share of what 64-bit products hold (\(share))")
    }
}
