import Kernels
import Storage
import SystemPackage

/// Writes files of partial sums.
public struct PartialWriter {
    /// The identity of the plan that the numbers belong to.
    public let plan: Digest
    /// Threads that compress the next batch.
    private let team: () -> ThreadTeam

    /// A writer of files of one plan.
    public init(plan: Digest, team: ThreadTeam) { self.init(plan: plan, team: { team }) }

    /// A writer of files of one plan that asks before each batch how many threads compress it.
    public init(plan: Digest, team: @escaping () -> ThreadTeam) {
        self.plan = plan
        self.team = team
    }

    /// Bytes of entries that are compressed at a time, and those of one section more: bounds the memory of what waits to be written.
    public static let batchBytes = 1 << 26

    /// Writes sections to a file, in one step: the file is there whole or not at all.
    ///
    /// - Parameters:
    ///   - sections: ascending by key.
    ///   - tag: as for `DurableFile.replace`; the tag of whoever's lock protects the file.
    ///   - beforeRename: called when everything is on disk but not yet under its name; throwing keeps the old file.
    /// - Throws: `StorageError`.
    public func write(
        _ sections: [Section], to path: FilePath, on files: some FileLayer = LocalFiles(), tag: String = "",
        beforeRename: () throws -> Void = {}
    ) throws {
        try write(to: path, on: files, tag: tag, beforeRename: beforeRename) { append in
            var start = 0
            while start < sections.count {
                var end = start
                var bytes = 0
                while end < sections.count, end == start || bytes < Self.batchBytes {
                    bytes += sections[end].size
                    end += 1
                }
                try append(Array(sections[start..<end]))
                start = end
            }
        }
    }

    /// Writes a file whose sections are made one batch after the other.
    ///
    /// - Parameter body: calls its argument with each batch; all sections ascend by key.
    public func write(
        to path: FilePath, on files: some FileLayer = LocalFiles(), tag: String = "", beforeRename: () throws -> Void = {},
        _ body: (_ append: ([Section]) throws -> Void) throws -> Void
    ) throws {
        try DurableFile.replace(path, on: files, tag: tag, beforeRename: beforeRename) { file in
            try file.write(PartialDirectory.magic + Self.bytes(of: PartialDirectory.version))
            var entries: [SectionEntry] = []
            try body { batch in
                for section in try encode(batch) { entries.append(try Self.append(section, to: &file)) }
            }
            let directory = try JSONFile.encode(PartialDirectory(plan: plan, sections: entries), for: path, isPretty: false)
            let offset = file.count
            try file.write(directory)
            try file.write(Self.bytes(of: offset) + Self.bytes(of: directory.count) + Digest(of: directory).bytes)
            try file.write(Self.bytes(of: PartialDirectory.version) + PartialDirectory.magic)
        }
    }

    /// Compresses the pieces of some sections in parallel.
    private func encode(_ sections: [Section]) throws -> [EncodedSection] {
        let items = sections.enumerated().flatMap { index, section in (0..<section.pieceCount).map { (section: index, piece: $0) } }
        let encoded = try team().map(items.count) { item, _ in try sections[items[item].section].encode(piece: items[item].piece) }
        var results = sections.map(\.frame)
        for (item, place) in items.enumerated() { results[place.section].pieces[place.piece] = encoded[item] }
        return results
    }

    private static func append(_ section: EncodedSection, to file: inout DurableFile.Writer) throws -> SectionEntry {
        var pieces: [SectionEntry.Piece] = []
        for piece in section.pieces.compactMap({ $0 }) {
            pieces.append(.init(offset: file.count, length: piece.stored.count, size: piece.size, checksum: piece.checksum))
            try file.write(piece.stored)
        }
        return SectionEntry(
            key: section.key, shards: section.shards, tokens: section.tokens, chunks: section.chunks,
            beyond: section.beyond > 0 ? section.beyond : nil, pieces: pieces, widths: section.widths)
    }

    private static func bytes(of number: Int) -> [UInt8] { withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) } }
}

extension Section {
    /// Bytes in memory, about.
    var size: Int {
        switch self {
        case .block(let sums): sums.tiles.reduce(0) { $0 + $1.bytes.count }
        case .examples(let sums): sums.list.windows.count * 4
        case .moments(let sums): sums.positions.count * 4
        case .tokens(let sums): sums.list.values.count * 8
        case .means(let sums): sums.strips.reduce(0) { $0 + $1.sums.bytes.count }
        }
    }
}
