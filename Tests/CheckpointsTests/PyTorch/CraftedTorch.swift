import Foundation
import SystemPackage

@testable import Storage

/// The bytes of files of `torch.save`, right ones and wrong ones.
enum CraftedTorch {
    typealias Entry = (name: String, bytes: [UInt8])

    /// A zip archive of stored entries.
    static func archive(_ entries: [Entry]) -> [UInt8] {
        var bytes: [UInt8] = []
        var records: [ZipRecord] = []
        for entry in entries {
            let record = ZipRecord(name: entry.name, checksum: 0, count: entry.bytes.count, offset: bytes.count)
            bytes += record.local + entry.bytes
            records.append(record)
        }
        return bytes + list(records, at: bytes.count)
    }

    /// Writes an archive with a hole before its last entry.
    static func write(_ entries: [Entry], hole: Int, to path: FilePath) throws {
        let url = URL(fileURLWithPath: path.string)
        try Data().write(to: url)
        let file = try FileHandle(forWritingTo: url)
        var records: [ZipRecord] = []
        for (index, entry) in entries.enumerated() {
            if index == entries.count - 1 { try file.seek(toOffset: UInt64(hole)) }
            let record = ZipRecord(name: entry.name, checksum: 0, count: entry.bytes.count, offset: Int(try file.offset()))
            try file.write(contentsOf: record.local + entry.bytes)
            records.append(record)
        }
        try file.write(contentsOf: list(records, at: Int(try file.offset())))
        try file.close()
    }

    static func list(_ records: [ZipRecord], at start: Int) -> [UInt8] {
        let list = records.flatMap(\.central)
        return list + ZipRecord.end(count: records.count, start: start, size: list.count)
    }

    /// An archive as torch writes it.
    static func file(_ body: [UInt8], storages: [(String, [UInt8])] = [], more: [Entry] = []) -> [UInt8] {
        archive(
            [("w/data.pkl", CraftedPickle.pickle(body)), ("w/byteorder", Array("little".utf8)), ("w/version", Array("3\n".utf8))]
                + storages.map { ("w/data/\($0.0)", $0.1) } + more)
    }

    /// An archive of one tensor `w` in a storage of float32.
    static func file(shape: [Int], strides: [Int], offset: Int = 0, entries: [Float], claimed: Int? = nil) -> [UInt8] {
        let storage = CraftedPickle.storage("0", count: claimed ?? entries.count)
        return file(
            CraftedPickle.dictionary([("w", CraftedPickle.tensor(storage, offset: offset, shape: shape, strides: strides))]),
            storages: [("0", bytes(of: entries))])
    }

    /// The older layout.
    static func legacy(
        _ body: [UInt8], keys: [String], storages: [UInt8], version: Int = 1001, isLittleEndian: Bool = true
    ) -> [UInt8] {
        let magic: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        let facts = CraftedPickle.dictionary([("little_endian", [isLittleEndian ? 0x88 : 0x89])])
        let pickles = [CraftedPickle.integer(version), facts, body, CraftedPickle.list(keys.map(CraftedPickle.text))]
        return magic + pickles.flatMap(CraftedPickle.pickle) + storages
    }

    static func bytes(of entries: [Float]) -> [UInt8] { entries.withUnsafeBytes { Array($0) } }
}
