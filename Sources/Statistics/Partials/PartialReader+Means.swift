import Storage

extension PartialReader {
    /// Reads which tokens a section has sums of, and how often they count, and looks whether that may be.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`.
    func readTokenTable(_ entry: SectionEntry, shape: SectionShape) throws -> TokenTable {
        guard shape.moments?.keepsMeans == true, shape.layout.isReference(entry.key.index), entry.pieces.count >= 2, entry.widths.isEmpty
        else { throw malformed(entry, "the plan has no such sums by token") }
        let (size, count) = (entry.pieces[0].size, entry.pieces[0].size / 4)
        // Before there is memory for them.
        guard size % 4 == 0, count <= shape.vocabulary else { throw malformed(entry, "its tokens have \(size) bytes") }
        let table = TokenTable(ids: try integers(entry, piece: 0, count: count), counts: try longIntegers(entry, piece: 1, count: count))
        if let problem = table.problem(vocabulary: shape.vocabulary, tokens: entry.tokens) { throw malformed(entry, problem) }
        let strips = table.strips.count
        guard entry.pieces.count == 2 + strips else {
            throw malformed(entry, "it has \(entry.pieces.count) pieces, its tokens ask for \(2 + strips)")
        }
        return table
    }

    /// Reads one strip of a section's sums by token, and looks whether they may be such.
    ///
    /// - Parameters:
    ///   - index: the strip's place among those of the section's table.
    ///   - table: its own part of that, which `readTokenTable` gave.
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`.
    func readStrip(_ index: Int, of table: TokenTable, _ entry: SectionEntry, shape: SectionShape) throws -> TokenStrip {
        let columns = shape.layout.groups[entry.key.index].columns
        let piece = entry.pieces[2 + index]
        let count = table.ids.count * columns
        guard piece.size == count * 8 else { throw malformed(entry, "piece \(2 + index) has \(piece.size) bytes") }
        let sums = TileSums(count: count, width: .int64)
        try withStored(piece, of: entry, named: "piece \(2 + index)") { bytes in
            try IntegerPlanes.decompress(bytes, into: sums.mutableBytes, width: .int64)
        }
        let strip = TokenStrip(table: table, columns: columns, sums: sums)
        if let problem = strip.problem { throw malformed(entry, problem) }
        return strip
    }

    /// Adds a section's sums by token to others of the same group and stratum, with one strip of it at a time in memory.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`, `.tooManyChunks`.
    func add(_ entry: SectionEntry, shape: SectionShape, to sums: inout TokenSums) throws {
        let table = try readTokenTable(entry, shape: shape)
        let tokens = sums.tokens + entry.tokens
        guard tokens <= TokenSums.largestTokenCount else {
            throw StatisticsError.tooManyChunks(
                block: entry.key.name(in: shape.layout), chunks: sums.shards.count + entry.shards.count, tokens: tokens)
        }
        for (index, places) in table.strips.enumerated() { sums.add(try readStrip(index, of: table[places], entry, shape: shape)) }
        sums.shards = (sums.shards + entry.shards).sorted { $0.shard < $1.shard }
    }

    /// Reads the sums by token of a group.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`.
    func readTokenSums(_ entry: SectionEntry, shape: SectionShape) throws -> TokenSums {
        guard shape.layout.groups.indices.contains(entry.key.index) else { throw malformed(entry, "the plan has no such group") }
        var sums = TokenSums(group: entry.key.index, stratum: entry.key.stratum, columns: shape.layout.groups[entry.key.index].columns)
        try add(entry, shape: shape, to: &sums)
        return sums
    }

    /// The checksum of sums by token, with one strip at a time in memory.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`.
    func tokenSumDigest(_ entry: SectionEntry, shape: SectionShape) throws -> Digest {
        let table = try readTokenTable(entry, shape: shape)
        var digest = TokenSumDigest(
            group: entry.key.index, stratum: entry.key.stratum, columns: shape.layout.groups[entry.key.index].columns)
        for (index, places) in table.strips.enumerated() { digest.add(try readStrip(index, of: table[places], entry, shape: shape)) }
        return digest.finalize()
    }
}
