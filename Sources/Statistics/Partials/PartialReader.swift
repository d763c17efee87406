import Diagnostics
import Foundation
import Storage
import SystemPackage

/// Reads files of partial sums; every byte is checked before it is believed.
public final class PartialReader: Sendable {
    /// The file.
    public let path: FilePath
    /// The identity of the plan that the numbers belong to.
    public let plan: Digest
    /// The sections, ascending by key.
    public let sections: [SectionEntry]
    private let content: PartialContent

    /// Opens a file and checks its directory; sections are checked when they are read.
    ///
    /// - Parameter staysMapped: keep the file mapped, so that it can be read when it was removed or replaced meanwhile. Else it is mapped
    ///   only while it is read, for where there are more files than a process may map; one that was replaced is then refused.
    /// - Throws: `StorageError` when the file cannot be read; `StatisticsError.notAPartial`, `.unsupportedVersion`, `.checksumMismatch`,
    ///   `.malformed`.
    public init(_ path: FilePath, staysMapped: Bool = true) throws {
        let file = try MappedFile(path)
        let (directory, checksum, end) = try file.withBytes { try Self.directory(of: $0, path: path) }
        self.path = path
        plan = directory.plan
        var names = WorkerNames()
        sections = directory.sections.map { entry in
            var entry = entry
            entry.shards = names.sharing(entry.shards)
            return entry
        }
        content = staysMapped ? .mapped(file) : .reopened(path, count: file.bytes.count, directory: checksum)
        try check(end: end)
    }

    /// Reads the directory: it, its checksum, and where it begins.
    private static func directory(
        of bytes: UnsafeRawBufferPointer, path: FilePath
    ) throws -> (directory: PartialDirectory, checksum: [UInt8], start: Int) {
        let magic = PartialDirectory.magic
        let headerBytes = magic.count + 8
        guard bytes.count >= headerBytes + PartialDirectory.trailerBytes, bytes.prefix(magic.count).elementsEqual(magic) else {
            throw StatisticsError.notAPartial(file: path, reason: "it is too short or does not begin with the right bytes")
        }
        let version = integer(bytes, at: magic.count)
        guard PartialDirectory.readable.contains(version) else {
            throw StatisticsError.unsupportedVersion(file: path, found: version, supported: PartialDirectory.version)
        }
        guard bytes.suffix(magic.count).elementsEqual(magic) else {
            throw StatisticsError.notAPartial(file: path, reason: "its end is missing")
        }
        let trailer = bytes.count - PartialDirectory.trailerBytes
        let offset = integer(bytes, at: trailer)
        let length = integer(bytes, at: trailer + 8)
        guard offset >= headerBytes, length >= 0, length <= trailer, offset == trailer - length else {
            throw StatisticsError.malformed(file: path, section: "directory", reason: "it lies at \(offset) with \(length) bytes")
        }
        let stored = UnsafeRawBufferPointer(rebasing: bytes[offset..<trailer])
        let checksum = Array(bytes[(trailer + 16)..<(trailer + 48)])
        guard checksum == Digest(of: stored).bytes else {
            throw StatisticsError.checksumMismatch(file: path, section: "directory", offset: offset)
        }
        do {
            return (try JSONDecoder().decode(PartialDirectory.self, from: Data(stored)), checksum, offset)
        } catch {
            throw StatisticsError.malformed(file: path, section: "directory", reason: "\(error)")
        }
    }

    /// The section of a key, if the file has it.
    public func section(_ key: SectionKey) -> SectionEntry? {
        let place = sections.index(afterAll: { $0.key < key })
        return place < sections.count && sections[place].key == key ? sections[place] : nil
    }

    /// Checks that the file belongs to a plan.
    ///
    /// - Throws: `StatisticsError.otherPlan`.
    public func check(plan expected: Digest) throws {
        guard plan == expected else { throw StatisticsError.otherPlan(file: path, expected: expected.hex, found: plan.hex) }
    }

    /// Reads a section.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`.
    public func read(_ entry: SectionEntry, shape: SectionShape) throws -> Section {
        switch entry.key.kind {
        case .block: .block(try readBlock(entry, shape: shape))
        case .examples: .examples(try readExamples(entry, shape: shape))
        case .moments: .moments(try readMoments(entry, shape: shape))
        case .tokens: .tokens(try readTokens(entry, shape: shape))
        case .means: .means(try readTokenSums(entry, shape: shape))
        }
    }

    /// The checksum of a section's integers, that of `read`, with one tile at a time in memory. No entry may be far larger than the power
    /// sums allow, no example infinite.
    ///
    /// - Throws: as `read`.
    public func digest(of entry: SectionEntry, shape: SectionShape) throws -> Digest {
        switch entry.key.kind {
        case .block: try blockDigest(entry, shape: shape)
        case .examples: try examplesDigest(entry, shape: shape)
        case .moments: try readMoments(entry, shape: shape).digest
        case .tokens: try readTokens(entry, shape: shape).list.digest
        case .means: try tokenSumDigest(entry, shape: shape)
        }
    }

    /// Checks every stored byte against its checksum.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`.
    public func verify() throws {
        for entry in sections {
            for (index, piece) in entry.pieces.enumerated() { try withStored(piece, of: entry, named: "piece \(index)") { _ in } }
        }
    }

    /// Adds one tile's entries to 64-bit sums, without reading the rest of its block.
    ///
    /// - Parameters:
    ///   - index: the tile's place in the block's tiling.
    ///   - tile: its shape.
    ///   - layout: names the block in a message.
    ///   - sums: `[rows, columns]` of the tile; undefined after an error.
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`, `.productsTooLarge`.
    func addTile(
        _ index: Int, of entry: SectionEntry, shape tile: Tiling.Tile, in layout: StatisticsLayout, to sums: UnsafeMutablePointer<Int64>
    ) throws {
        guard entry.widths.indices.contains(index), entry.pieces.count == 2 + entry.widths.count else {
            throw malformed(entry, "it has no tile \(index)")
        }
        let tile = try readTile(index, of: entry, count: tile.count)
        // Each file's entries are certified for themselves, not the sum over strata. An addition wraps exactly when the result's sign
        // differs from both signs that went in: one mask for all entries, without a branch for each.
        var wrapped: Int64 = 0
        func add(_ value: Int64, at place: Int) {
            let sum = sums[place] &+ value
            wrapped |= (sums[place] ^ sum) & (value ^ sum)
            sums[place] = sum
        }
        switch tile.width {
        case .int32:
            let source = tile.int32
            for place in 0..<tile.count { add(Int64(source[place]), at: place) }
        case .int64:
            let source = tile.int64
            for place in 0..<tile.count { add(source[place], at: place) }
        }
        guard wrapped >= 0 else { throw StatisticsError.productsTooLarge(block: entry.key.name(in: layout), bound: 0x1p63) }
    }

    /// Reads the power sums of a block's rows and columns.
    ///
    /// - Throws: `StatisticsError.checksumMismatch`, `.malformed`.
    func readPowerSums(_ entry: SectionEntry, shape: SectionShape) throws -> (rows: PowerSums, columns: PowerSums) {
        guard shape.layout.blocks.indices.contains(entry.key.index), entry.pieces.count >= 2 else {
            throw malformed(entry, "the plan has no such block")
        }
        let tiling = shape.tiling(of: entry.key.index)
        return (
            try powerSums(entry, piece: 0, columns: tiling.rows), try powerSums(entry, piece: 1, columns: tiling.columns)
        )
    }

    private func readTile(_ index: Int, of entry: SectionEntry, count: Int) throws -> TileSums {
        try withTile(index, of: entry, count: count) { bytes, width in
            let sums = TileSums(count: count, width: width)
            try IntegerPlanes.decompress(bytes, into: sums.mutableBytes, width: width)
            return sums
        }
    }

    /// Calls `body` with the stored bytes of a tile, checked, and the width of its entries.
    private func withTile<Result>(
        _ index: Int, of entry: SectionEntry, count: Int, _ body: (UnsafeRawBufferPointer, IntegerWidth) throws -> Result
    ) throws -> Result {
        let width = entry.widths[index]
        let piece = entry.pieces[2 + index]
        guard piece.size == count * width.bytes else { throw malformed(entry, "tile \(index) has \(piece.size) bytes") }
        return try withStored(piece, of: entry, named: "tile \(index)") { try body($0, width) }
    }

    private func readBlock(_ entry: SectionEntry, shape: SectionShape) throws -> BlockSums {
        let (tiling, rows, columns, _) = try readFrame(entry, shape: shape)
        let tiles = try tiling.tiles.enumerated().map { try readTile($0, of: entry, count: $1.count) }
        return BlockSums(
            block: entry.key.index, stratum: entry.key.stratum, shards: entry.shards, tokens: entry.tokens, chunks: entry.chunks,
            beyond: entry.beyond ?? 0, rows: rows, columns: columns, tiles: tiles)
    }

    private func blockDigest(_ entry: SectionEntry, shape: SectionShape) throws -> Digest {
        let (tiling, rows, columns, bounds) = try readFrame(entry, shape: shape)
        var digest = BlockDigest(
            block: entry.key.index, stratum: entry.key.stratum, tokens: entry.tokens, chunks: entry.chunks, rows: rows, columns: columns,
            beyond: entry.beyond ?? 0)
        let largest = zip(tiling.tiles, entry.widths).map { $0.count * $1.bytes }.max() ?? 0
        let entries = UnsafeMutableRawBufferPointer.allocate(byteCount: max(largest, 1), alignment: 64)
        let planes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(largest, 1), alignment: 64)
        defer {
            entries.deallocate()
            planes.deallocate()
        }
        for (index, tile) in tiling.tiles.enumerated() {
            try withTile(index, of: entry, count: tile.count) { bytes, width in
                let target = UnsafeMutableRawBufferPointer(rebasing: entries[..<(tile.count * width.bytes)])
                try IntegerPlanes.decompress(bytes, into: target, width: width, planes: planes)
                // Twice: where chunks have more than 8,192 tokens, float32 products may be rounded farther than the bound says.
                guard width.magnitude(of: UnsafeRawBufferPointer(target)) <= 2 * bounds[index] else {
                    throw malformed(entry, "an entry of tile \(index) is larger than its power sums allow")
                }
                digest.add(UnsafeRawBufferPointer(target), width: width)
            }
        }
        return digest.finalize()
    }

    /// Reads all of a block but its tiles, and checks that these have the widths that the power sums ask for; of each tile also how large
    /// these let its entries be.
    private func readFrame(
        _ entry: SectionEntry, shape: SectionShape
    ) throws -> (tiling: Tiling, rows: PowerSums, columns: PowerSums, bounds: [Double]) {
        guard shape.layout.blocks.indices.contains(entry.key.index) else { throw malformed(entry, "the plan has no such block") }
        let tiling = shape.tiling(of: entry.key.index)
        guard entry.pieces.count == 2 + tiling.tiles.count, entry.widths.count == tiling.tiles.count else {
            throw malformed(entry, "it has \(entry.pieces.count) pieces, the plan asks for \(2 + tiling.tiles.count)")
        }
        let rows = try powerSums(entry, piece: 0, columns: tiling.rows)
        let columns = try powerSums(entry, piece: 1, columns: tiling.columns)
        let certificate = OverflowCertificate(shape.settings)
        let rowSquares = rows.largestSquares(tile: shape.settings.tile)
        let columnSquares = columns.largestSquares(tile: shape.settings.tile)
        var bounds: [Double] = []
        for (index, tile) in tiling.tiles.enumerated() {
            let (row, column) = (rowSquares[tile.rowStrip], columnSquares[tile.columnStrip])
            bounds.append(certificate.bound(rows: row, columns: column, chunks: entry.chunks, tokens: entry.tokens))
            // The width follows from the power sums; a file that says otherwise is not one of ours.
            let width = certificate.width(rows: row, columns: column, chunks: entry.chunks, tokens: entry.tokens)
            guard width == entry.widths[index] else {
                throw malformed(entry, "tile \(index) is \(entry.widths[index].bytes * 8) bits wide against its power sums")
            }
        }
        return (tiling, rows, columns, bounds)
    }

    private func readExamples(_ entry: SectionEntry, shape: SectionShape) throws -> ExampleSums {
        guard shape.layout.groups.indices.contains(entry.key.index), entry.pieces.count == 4 else {
            throw malformed(entry, "the plan has no such group")
        }
        var list = ExampleList(group: entry.key.index, columns: shape.layout.groups[entry.key.index].columns, settings: shape.examples)
        list.values = try integers(entry, piece: 0, count: list.values.count).map { Float(bitPattern: UInt32(bitPattern: $0)) }
        list.rows = try integers(entry, piece: 1, count: list.rows.count)
        list.positions = try integers(entry, piece: 2, count: list.positions.count)
        list.windows = try integers(entry, piece: 3, count: list.windows.count)
        return ExampleSums(stratum: entry.key.stratum, shards: entry.shards, list: list)
    }

    private func examplesDigest(_ entry: SectionEntry, shape: SectionShape) throws -> Digest {
        let list = try readExamples(entry, shape: shape).list
        guard list.values.allSatisfy(\.isFinite) else { throw malformed(entry, "an example's value is not finite") }
        return list.digest
    }

    private func powerSums(_ entry: SectionEntry, piece index: Int, columns: Int) throws -> PowerSums {
        let piece = entry.pieces[index]
        guard piece.size == columns * PowerSums.storedBytes else { throw malformed(entry, "its power sums have \(piece.size) bytes") }
        let raw = try withStored(piece, of: entry, named: "power sums") { try Zstd.decompress($0, count: piece.size) }
        guard let sums = PowerSums(stored: raw, columns: columns, chunks: entry.chunks, tokens: entry.tokens) else {
            throw malformed(entry, "its power sums are out of range")
        }
        return sums
    }

    func integers(_ entry: SectionEntry, piece index: Int, count: Int) throws -> [Int32] {
        let piece = entry.pieces[index]
        guard piece.size == count * 4 else { throw malformed(entry, "piece \(index) has \(piece.size) bytes") }
        return try withStored(piece, of: entry, named: "piece \(index)") { bytes in
            try [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
                try IntegerPlanes.decompress(
                    bytes, into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count * 4), width: .int32)
                initialized = count
            }
        }
    }

    /// Calls `body` with the stored bytes of a piece, checked; what it says of compressed data that is damaged names the piece.
    func withStored<Result>(
        _ piece: SectionEntry.Piece, of entry: SectionEntry, named name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        try content.withBytes(of: piece.offset..<piece.offset + piece.length) { bytes in
            guard Digest(of: bytes) == piece.checksum else {
                throw StatisticsError.checksumMismatch(
                    file: path, section: "\(entry.key.kind.rawValue) \(entry.key.index) of stratum \(entry.key.stratum), \(name)",
                    offset: piece.offset)
            }
            do {
                return try body(bytes)
            } catch StorageError.badCompression(let problem) {
                throw malformed(entry, "\(name): the bytes do not decompress: \(problem)")
            }
        }
    }

    /// Checks that the directory makes sense by itself.
    private func check(end: Int) throws {
        for (index, entry) in sections.enumerated() {
            guard index == 0 || sections[index - 1].key < entry.key else { throw malformed(entry, "sections are out of order") }
            guard entry.key.index >= 0, entry.key.stratum >= 0, (0..<PowerSums.largestTokenCount).contains(entry.tokens),
                (0..<PowerSums.largestChunkCount).contains(entry.chunks),
                (0..<BlockSums.largestBeyond).contains(entry.beyond ?? 0)
            else { throw malformed(entry, "its counts are out of range") }
            guard !entry.shards.isEmpty, zip(entry.shards, entry.shards.dropFirst()).allSatisfy({ $0.shard < $1.shard }) else {
                throw malformed(entry, "its shards are out of order")
            }
            for piece in entry.pieces {
                guard piece.offset >= 0, piece.length >= 0, piece.size >= 0, piece.offset <= end, piece.length <= end - piece.offset else {
                    throw malformed(entry, "a piece lies outside the file")
                }
            }
        }
    }

    func malformed(_ entry: SectionEntry, _ reason: String) -> StatisticsError {
        .malformed(file: path, section: "\(entry.key.kind.rawValue) \(entry.key.index) of stratum \(entry.key.stratum)", reason: reason)
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(truncatingIfNeeded: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
    }
}
