import Storage

extension PartialReader {
    /// Reads the moments of a group, and looks whether they may be moments.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`.
    func readMoments(_ entry: SectionEntry, shape: SectionShape) throws -> MomentSums {
        guard shape.moments != nil, shape.layout.isReference(entry.key.index), entry.pieces.count == 4, entry.widths.isEmpty else {
            throw malformed(entry, "the plan has no such moments")
        }
        let columns = shape.layout.groups[entry.key.index].columns
        // Before there is memory for them: a plan may ask for rows of any length.
        guard entry.pieces[3].size == 4 * columns * shape.context else {
            throw malformed(entry, "its counts by position have \(entry.pieces[3].size) bytes")
        }
        var sums = MomentSums(group: entry.key.index, stratum: entry.key.stratum, columns: columns, context: shape.context)
        sums.shards = entry.shards
        sums.tokens = entry.tokens
        let raw = try bytes(entry, piece: 0, size: columns * PowerSums.storedBytes)
        guard let powers = PowerSums(stored: raw, columns: columns, chunks: PowerSums.largestChunkCount, tokens: entry.tokens) else {
            throw malformed(entry, "its power sums are out of range")
        }
        sums.powers = powers
        sums.near = try longIntegers(entry, piece: 1, count: columns)
        sums.changed = try longIntegers(entry, piece: 2, count: columns)
        sums.positionSteps = try integers(entry, piece: 3, count: columns * shape.context)
        if let problem = sums.problem { throw malformed(entry, problem) }
        return sums
    }

    /// Reads the tokens of highest activation of a group's columns, and looks whether they may be such.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`.
    func readTokens(_ entry: SectionEntry, shape: SectionShape) throws -> TokenMaximumSums {
        guard let settings = shape.moments, shape.layout.isReference(entry.key.index), entry.pieces.count == 2, entry.widths.isEmpty else {
            throw malformed(entry, "the plan has no such tokens")
        }
        let columns = shape.layout.groups[entry.key.index].columns
        var list = TokenMaxima(group: entry.key.index, columns: columns, count: settings.maxima)
        list.values = try integers(entry, piece: 0, count: list.values.count).map { Float(bitPattern: UInt32(bitPattern: $0)) }
        list.tokens = try integers(entry, piece: 1, count: list.tokens.count)
        if let problem = list.problem { throw malformed(entry, problem) }
        return TokenMaximumSums(stratum: entry.key.stratum, shards: entry.shards, list: list)
    }

    private func bytes(_ entry: SectionEntry, piece index: Int, size: Int) throws -> [UInt8] {
        let piece = entry.pieces[index]
        guard piece.size == size else { throw malformed(entry, "piece \(index) has \(piece.size) bytes") }
        return try withStored(piece, of: entry, named: "piece \(index)") { try Zstd.decompress($0, count: size) }
    }

    func longIntegers(_ entry: SectionEntry, piece index: Int, count: Int) throws -> [Int64] {
        let piece = entry.pieces[index]
        guard piece.size == count * 8 else { throw malformed(entry, "piece \(index) has \(piece.size) bytes") }
        return try withStored(piece, of: entry, named: "piece \(index)") { bytes in
            try [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
                try IntegerPlanes.decompress(
                    bytes, into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count * 8), width: .int64)
                initialized = count
            }
        }
    }
}
