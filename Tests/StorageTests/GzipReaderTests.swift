import CZlib
import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Reading gzip files")
struct GzipReaderTests {
    /// Length and CRC-32 of the text in `lines.txt.gz`, as Python wrote them.
    private func expected() throws -> (count: Int, checksum: UInt) {
        let words = String(decoding: try content(of: fixture("lines.crc32")), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return (try #require(words.first.flatMap { Int($0) }), try #require(words.last.flatMap { UInt($0) }))
    }

    private func readAll(_ path: FilePath, size: Int = 65_536) throws -> [UInt8] {
        let reader = try GzipReader(path)
        var text: [UInt8] = []
        while true {
            let piece = try reader.read(upTo: size)
            if piece.isEmpty { return text }
            text += piece
        }
    }

    @Test("two members one after the other are read in pieces of any size", arguments: [1000, 4096, 100_003, 10_000_000])
    func pieces(size: Int) throws {
        let reader = try GzipReader(fixture("lines.txt.gz"))
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

    @Test("a file cut off is refused, wherever it is cut", arguments: [3, 9, 17, 1000, -1, -4, -8, -9])
    func cutOff(count: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: fixture("lines.txt.gz"))
        let rest = count < 0 ? whole.count + count : count
        try write(Array(whole.prefix(rest)), to: folder.file("cut.gz"))
        let error = try #require(throws: StorageError.self) { try readAll(folder.file("cut.gz")) }
        #expect(error == .corrupt(folder.file("cut.gz"), offset: rest, problem: "the gzip data are cut off"))
    }

    @Test("damaged data are refused with the byte, and so are a wrong checksum and a wrong length")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("damaged.gz")
        let whole = try content(of: fixture("lines.txt.gz"))
        for place in [whole.count / 2, whole.count - 6, whole.count - 2] {
            var bytes = whole
            bytes[place] ^= 0x55
            try write(bytes, to: path)
            let error = try #require(throws: StorageError.self) { try readAll(path) }
            guard case .corrupt(path, let offset?, let problem) = error else {
                Issue.record("\(error)")
                continue
            }
            #expect(offset > 0 && problem.hasPrefix("invalid gzip data"))
        }
    }

    @Test("zeros may fill up the end, anything else after a member is refused; so are other data and an empty file")
    func otherData() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("x.gz")
        let member = GzipMember.bytes("neuron\n".utf8)
        try write(member + [0, 0, 0] + member + [0, 0], to: path)
        #expect(try readAll(path, size: 3) == Array("neuron\nneuron\n".utf8))
        try write(member + [0, 9, 9], to: path)
        #expect(throws: StorageError.corrupt(path, offset: member.count + 1, problem: "after the gzip data something else follows")) {
            try readAll(path)
        }
        try write(Array("{\"text\": 1}".utf8), to: path)
        #expect(throws: StorageError.corrupt(path, offset: 0, problem: "not gzip data")) { try GzipReader(path) }
        try write([], to: path)
        #expect(throws: StorageError.corrupt(path, offset: 0, problem: "the file is empty")) { try GzipReader(path) }
        // An empty member is an empty text.
        try write(GzipMember.bytes([]), to: path)
        #expect(try readAll(path).isEmpty)
    }
}
