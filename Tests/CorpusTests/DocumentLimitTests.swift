import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite struct DocumentLimitTests {
    private func read(_ file: FilePath, limit: Int) throws -> Int {
        let reader = SourceReader(try CorpusSource(file), batchBytes: 2000, pieceBytes: 100, documentLimit: limit)
        var bytes = 0
        while let batch = try reader.next() { bytes += batch.bytes.count }
        return bytes
    }

    @Test("a line of the longest length is read, a longer one is refused with its number", arguments: [0, 1, 3])
    func lines(before: Int) throws {
        let folder = try TemporaryFolder()
        let short = String(repeating: "{}\n", count: before)
        let line = String(repeating: "x", count: 5000)
        for end in ["", "\n", "\n{}\n"] {
            let file = try folder.write("a.jsonl", short + line + end)
            #expect(try read(file, limit: 5000) == (short + line + end).utf8.count)
            let error = CorpusError.documentTooLarge(path: file.string, line: before + 1, limit: 4999)
            #expect(throws: error) { try read(file, limit: 4999) }
            #expect(error.message.contains("line \(before + 1)") && error.exitStatus == .dataError)
        }
    }

    @Test("a small compressed file that unpacks to one long line is refused before it is read whole")
    func compressed() throws {
        let folder = try TemporaryFolder()
        let file = folder.path.appending("a.jsonl.zst")
        let compressed = try Zstd.compress([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 26))
        try DurableFile.replace(file, with: compressed)
        let reader = SourceReader(try CorpusSource(file), documentLimit: 1 << 20)
        #expect(throws: CorpusError.documentTooLarge(path: file.string, line: 1, limit: 1 << 20)) { try reader.next() }
        #expect(reader.consumed < compressed.count / 4)
    }

    @Test("a text file that is too long is refused by name")
    func texts() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.txt", String(repeating: "x", count: 5000))
        #expect(try read(file, limit: 5000) == 5000)
        #expect(throws: CorpusError.documentTooLarge(path: file.string, line: nil, limit: 4999)) { try read(file, limit: 4999) }
    }
}
