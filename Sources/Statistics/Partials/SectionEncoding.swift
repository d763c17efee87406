import Storage

/// A section's pieces, compressed and ready to be written.
struct EncodedSection: Sendable {
    let key: SectionKey
    let shards: [ShardRecord]
    let tokens: Int
    let chunks: Int
    let beyond: Int
    let widths: [IntegerWidth]
    var pieces: [EncodedPiece?]
}

extension Section {
    /// How many pieces the section is stored in.
    var pieceCount: Int {
        switch self {
        case .block(let sums): 2 + sums.tiles.count
        case .examples: 4
        case .moments: 4
        case .tokens: 2
        case .means(let sums): 2 + sums.strips.count
        }
    }

    /// The section without its pieces.
    var frame: EncodedSection {
        switch self {
        case .block(let sums):
            EncodedSection(
                key: key, shards: shards, tokens: sums.tokens, chunks: sums.chunks, beyond: sums.beyond,
                widths: sums.tiles.map(\.width), pieces: Array(repeating: nil, count: pieceCount))
        case .moments(let sums): Self.frame(of: self, tokens: sums.tokens)
        case .means(let sums): Self.frame(of: self, tokens: sums.tokens)
        case .examples, .tokens: Self.frame(of: self, tokens: 0)
        }
    }

    /// Compresses one piece.
    func encode(piece: Int) throws -> EncodedPiece {
        switch self {
        case .block(let sums):
            switch piece {
            case 0: return try Self.encode(sums.rows)
            case 1: return try Self.encode(sums.columns)
            default:
                let tile = sums.tiles[piece - 2]
                return EncodedPiece(stored: try IntegerPlanes.compress(tile.bytes, width: tile.width), size: tile.bytes.count)
            }
        case .examples(let sums):
            if piece == 0 { return try Self.encode(sums.list.values.map { Int32(bitPattern: $0.bitPattern) }) }
            return try Self.encode([sums.list.rows, sums.list.positions, sums.list.windows][piece - 1])
        case .moments(let sums):
            switch piece {
            case 0: return try Self.encode(sums.powers)
            case 1: return try Self.encode(sums.near)
            case 2: return try Self.encode(sums.changed)
            default: return try Self.encode(sums.positionSteps)
            }
        case .tokens(let sums):
            return try Self.encode(piece == 0 ? sums.list.values.map { Int32(bitPattern: $0.bitPattern) } : sums.list.tokens)
        case .means(let sums):
            switch piece {
            case 0: return try Self.encode(sums.table.ids)
            case 1: return try Self.encode(sums.table.counts)
            default:
                let strip = sums.strips[piece - 2].sums
                return EncodedPiece(stored: try IntegerPlanes.compress(strip.bytes, width: strip.width), size: strip.bytes.count)
            }
        }
    }

    private static func frame(of section: Section, tokens: Int) -> EncodedSection {
        EncodedSection(
            key: section.key, shards: section.shards, tokens: tokens, chunks: 0, beyond: 0, widths: [],
            pieces: Array(repeating: nil, count: section.pieceCount))
    }

    private static func encode(_ integers: [Int64]) throws -> EncodedPiece {
        try integers.withUnsafeBytes { EncodedPiece(stored: try IntegerPlanes.compress($0, width: .int64), size: $0.count) }
    }

    private static func encode(_ integers: [Int32]) throws -> EncodedPiece {
        try integers.withUnsafeBytes { EncodedPiece(stored: try IntegerPlanes.compress($0, width: .int32), size: $0.count) }
    }

    private static func encode(_ sums: PowerSums) throws -> EncodedPiece {
        var raw: [UInt8] = []
        raw.reserveCapacity(sums.columns * PowerSums.storedBytes)
        sums.forEachRun { raw.append(contentsOf: $0) }
        return EncodedPiece(stored: try Zstd.compress(raw), size: raw.count)
    }
}

extension PowerSums {
    /// Stored bytes of one column: four 128-bit sums and a 64-bit count.
    static let storedBytes = 4 * 16 + 8

    /// Reads what `forEachRun` gave, or nil where a sum is larger than any that `add` can have made of that many chunks and tokens.
    init?(stored: [UInt8], columns: Int, chunks: Int, tokens: Int) {
        guard stored.count == columns * Self.storedBytes else { return nil }
        self.init(columns: columns)
        stored.withUnsafeBytes { raw in
            for column in 0..<columns {
                func sum(_ power: Int) -> Int128 { raw.loadUnaligned(fromByteOffset: (power * columns + column) * 16, as: Int128.self) }
                first[column] = sum(0)
                second[column] = sum(1)
                third[column] = sum(2)
                fourth[column] = sum(3)
                positive[column] = raw.loadUnaligned(fromByteOffset: columns * 64 + column * 8, as: Int64.self)
            }
        }
        // One chunk's sum is below `largestChunkSum` and is rounded to at most that.
        let limit = Int128(chunks) * Int128(Self.largestChunkSum)
        for sums in [first, third] where !sums.allSatisfy({ (-limit...limit).contains($0) }) { return nil }
        for sums in [second, fourth] where !sums.allSatisfy({ (0...limit).contains($0) }) { return nil }
        if !positive.allSatisfy({ (0...Int64(tokens)).contains($0) }) { return nil }
    }
}
