import CZlib
import Foundation
import SmallRuns
import Storage
import Testing

@Suite("Reading zstd files")
struct ZstdReaderTests {
    /// Length and CRC-32 of the text in `lines.txt.zst`, as Python wrote them.
    private func expected() throws -> (count: Int, checksum: UInt) {
        let words = String(decoding: try content(of: fixture("lines.crc32")), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return (try #require(words.first.flatMap { Int($0) }), try #require(words.last.flatMap { UInt($0) }))
    }

    @Test("two frames one after the other are read in pieces of any size", arguments: [1000, 4096, 100_003, 10_000_000])
    func pieces(size: Int) throws {
        let reader = try ZstdReader(fixture("lines.txt.zst"))
        let (count, checksum) = try expected()
        var text: [UInt8] = []
        while true {
            let piece = try reader.read(upTo: size)
            if piece.isEmpty { break }
            text += piece
            #expect(piece.count == size || text.count == count)
        }
        #expect(text.count == count)
        #expect(text.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) } == checksum)
        #expect(reader.compressedOffset == reader.compressedCount)
        #expect(try reader.read(upTo: size).isEmpty)
    }

    @Test("a file cut off is refused, unless it is cut between two frames", arguments: [4, 5, 17, 1000, 10_000, 33_000])
    func cutOff(count: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: fixture("lines.txt.zst"))
        try write(Array(whole.prefix(count)), to: folder.file("cut.zst"))
        let reader = try ZstdReader(folder.file("cut.zst"))
        let error = try #require(throws: StorageError.self) { while try !reader.read(upTo: 65_536).isEmpty {} }
        #expect(error == .corrupt(folder.file("cut.zst"), offset: count, problem: "the zstd data are cut off"))
    }

    @Test("a window of up to 128 MiB is read, a larger one (zstd --long=28) is not supported, and the message says how to unpack it")
    func window() throws {
        let folder = try TemporaryFolder()
        // A frame without a checksum, its window of 2^27 or 2^28, and a last block of one byte as it is.
        func frame(_ window: UInt8) throws -> ZstdReader {
            try write([0x28, 0xB5, 0x2F, 0xFD, 0, window, 9, 0, 0, 0x78], to: folder.file("long.zst"))
            return try ZstdReader(folder.file("long.zst"))
        }
        #expect(try Array(frame(0x88).read(upTo: 10)) == [0x78])
        let reader = try frame(0x90)
        let error = try #require(throws: StorageError.self) { _ = try reader.read(upTo: 10) }
        guard case .unsupported = error, error.message.contains("zstd -d --long=31") else {
            Issue.record("\(error)")
            return
        }
    }

    @Test("damaged data are refused with the byte")
    func damaged() throws {
        let folder = try TemporaryFolder()
        var bytes = try content(of: fixture("lines.txt.zst"))
        bytes[bytes.count / 2] ^= 0x55
        try write(bytes, to: folder.file("damaged.zst"))
        let reader = try ZstdReader(folder.file("damaged.zst"))
        let error = try #require(throws: StorageError.self) { while try !reader.read(upTo: 65_536).isEmpty {} }
        guard case .corrupt(_, let offset?, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(offset > 0)
        try write(bytes + [1, 2, 3], to: folder.file("damaged.zst"))
    }

    @Test("damage is found near where it is, also by one large read")
    func damagedFarIn() throws {
        let folder = try TemporaryFolder()
        // A frame with a window of 1 MB, five blocks that are kept as they are, and one of a kind that there is not.
        var bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50]
        func header(kind: UInt32, size: UInt32) -> [UInt8] {
            let header = kind << 1 | size << 3
            return (0..<3).map { UInt8(truncatingIfNeeded: header >> (8 * UInt32($0))) }
        }
        for block in 0..<5 { bytes += header(kind: 0, size: 100_000) + [UInt8](repeating: UInt8(block), count: 100_000) }
        let place = bytes.count
        bytes += header(kind: 3, size: 1) + [0, 0, 0, 0]
        try write(bytes, to: folder.file("damaged.zst"))
        let reader = try ZstdReader(folder.file("damaged.zst"))
        let error = try #require(throws: StorageError.self) { while try !reader.read(upTo: 1_000_000).isEmpty {} }
        guard case .corrupt(_, let offset?, let problem) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(offset <= place && offset > place - 2 * 131_072 && problem.hasPrefix("invalid zstd data"))
    }

    @Test("other data, an empty file and bytes after the last frame are refused")
    func otherData() throws {
        let folder = try TemporaryFolder()
        try write(Array("{\"text\": 1}".utf8), to: folder.file("plain"))
        #expect(throws: StorageError.corrupt(folder.file("plain"), offset: 0, problem: "not zstd data")) {
            try ZstdReader(folder.file("plain"))
        }
        try write([], to: folder.file("empty"))
        #expect(throws: StorageError.corrupt(folder.file("empty"), offset: 0, problem: "the file is empty")) {
            try ZstdReader(folder.file("empty"))
        }
        try write(Zstd.compress([1, 2, 3]) + [9, 9, 9, 9, 9], to: folder.file("more"))
        let reader = try ZstdReader(folder.file("more"))
        #expect(throws: StorageError.self) { while try !reader.read(upTo: 100).isEmpty {} }
    }
}
