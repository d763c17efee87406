import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite struct CorpusSourceTests {
    private func documents(_ path: FilePath) throws -> [Document] {
        var result: [Document] = []
        try CorpusSource(path).forEachDocument { result.append($0) }
        return result
    }

    @Test("JSON lines: order, domains, members in any order, blank lines, line ends of Windows, a last line without end")
    func jsonLines() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "a.jsonl",
            """
            \u{FEFF}{"text": "one", "meta": {"pile_set_name": "B", "other": [1, {"x": null}]}}

            {"meta": {"n": 1}, "id": 7, "text": "t\\u00e9\\nx"}\r
            {"meta": null, "text": "two", "text": "three"}
               \t
            {"text": "four", "meta": {"pile_set_name": 3}}
            {"text": "five", "meta": {"pile_set_name": "Pil\\u00e9"}}
            """)
        #expect(
            try documents(path) == [
                Document(text: "one", domain: "B"), Document(text: "té\nx", domain: "all"), Document(text: "three", domain: "all"),
                Document(text: "four", domain: "all"), Document(text: "five", domain: "Pilé"),
            ])
    }

    @Test("JSON lines under zstd are the same documents")
    func zstd() throws {
        let folder = try TemporaryFolder()
        let text = (0..<5000).map { "{\"text\": \"document \($0) \(String(repeating: "x", count: $0 % 700))\"}\n" }.joined()
        let plain = try folder.write("a.jsonl", text)
        let compressed = try folder.write("b.jsonl.zst", Data(try Zstd.compress(Array(text.utf8))))
        let expected = try documents(plain)
        #expect(expected.count == 5000)
        #expect(try documents(compressed) == expected)
        #expect(try CorpusSource(compressed).kind == .jsonLines)
    }

    @Test("batches of every size give the same documents")
    func batches() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.jsonl", (0..<300).map { "{\"text\": \"\($0) \(String(repeating: "é", count: $0))\"}\n" }.joined())
        let source = try CorpusSource(path)
        for (batchBytes, pieceBytes) in [(1, 1), (100, 7), (5000, 64), (1 << 20, 1 << 10)] {
            let reader = SourceReader(source, batchBytes: batchBytes, pieceBytes: pieceBytes)
            let parser = DocumentParser(source: source)
            var text: [UInt8] = []
            var scalars: [Int] = []
            while let batch = try reader.next() {
                try batch.bytes.withUnsafeBufferPointer { bytes in
                    for piece in batch.pieces {
                        try parser.forEachDocument(of: piece, in: bytes, text: &text) { _, count, _ in scalars.append(count) }
                    }
                }
            }
            #expect(scalars == (0..<300).map { "\($0) ".count + $0 })
            #expect(reader.consumed == source.byteCount)
        }
    }

    @Test("broken JSON is named by file, line and byte, wherever the line falls in the batches")
    func brokenLine() throws {
        let folder = try TemporaryFolder()
        let good = String(repeating: "{\"text\": \"\(String(repeating: "y", count: 900))\"}\n", count: 20_000)
        let path = try folder.write("a.jsonl", good + "{\"text\": 5}\n" + good)
        #expect(throws: CorpusError.brokenJSON(path: path.string, line: 20_001, byte: 9, expected: "a string")) { try documents(path) }
        let second = try folder.write("b.jsonl", "{\"text\": \"x\"}\n{\"txt\": \"x\"}\n")
        #expect(throws: CorpusError.brokenJSON(path: second.string, line: 2, byte: 12, expected: "a member \"text\" in the object")) {
            try documents(second)
        }
        let third = try folder.write("c.jsonl", "{\"text\": \"x\"} trailing\n")
        #expect(throws: CorpusError.brokenJSON(path: third.string, line: 1, byte: 14, expected: "the end of the value")) {
            try documents(third)
        }
        let fourth = try folder.write("d.jsonl", "[1]\n")
        #expect(throws: CorpusError.brokenJSON(path: fourth.string, line: 1, byte: 0, expected: "an object")) { try documents(fourth) }
    }

    @Test("invalid zstd is an error with the file")
    func invalidZstd() throws {
        let folder = try TemporaryFolder()
        let junk = try folder.write("a.jsonl.zst", "not zstd at all")
        #expect(throws: StorageError.self) { try documents(junk) }
        var bytes = try Zstd.compress(Array(String(repeating: "{\"text\": \"abc\"}\n", count: 1000).utf8))
        bytes.removeLast(5)
        let cut = try folder.write("b.jsonl.zst", Data(bytes))
        #expect(throws: StorageError.self) { try documents(cut) }
    }

    @Test("a folder of JSON lines is read by name, plain and compressed, and other files are left alone")
    func folderOfLines() throws {
        let folder = try TemporaryFolder()
        try folder.write("10.jsonl", "{\"text\": \"c\"}\n")
        try folder.write("02.jsonl.zst", Data(try Zstd.compress(Array("{\"text\": \"b\"}\n".utf8))))
        try folder.write("01/x.jsonl", "{\"text\": \"a\"}")
        try folder.write("03.jsonl", "")
        try folder.write("README.md", "no document")
        try folder.write(".hidden.jsonl", "broken")
        #expect(try documents(folder.path).map(\.text) == ["a", "b", "c"])
        #expect(try CorpusSource(folder.path).files.map(\.name) == ["01/x.jsonl", "02.jsonl.zst", "03.jsonl", "10.jsonl"])
    }

    @Test("a folder of text: one document a file, the first folder is the domain, ill-formed UTF-8 is replaced")
    func folderOfText() throws {
        let folder = try TemporaryFolder()
        try folder.write("z.txt", "root")
        try folder.write("law/b/c.txt", "second\r\n")
        try folder.write("law/a.py", Data([0x61, 0xFF, 0xC3]))
        try folder.write("art/x", "")
        try folder.write(".git/config", "hidden")
        #expect(
            try documents(folder.path) == [
                Document(text: "", domain: "art"), Document(text: "a\u{FFFD}\u{FFFD}", domain: "law"),
                Document(text: "second\r\n", domain: "law"), Document(text: "root", domain: "text"),
            ])
        try folder.write("law/weights.npy", "x")
        #expect(throws: CorpusError.unknownFormat(path: folder.path.appending("law/weights.npy").string)) { try CorpusSource(folder.path) }
    }

    @Test("a byte-order mark at the beginning of a file is no part of its text, one further on is")
    func byteOrderMark() throws {
        let folder = try TemporaryFolder()
        try folder.write("a/x.txt", "\u{FEFF}first \u{FEFF}")
        try folder.write("a/y.txt", "\u{FEFF}")
        try folder.write("a/z.txt", Data([0xEF, 0xBB]))
        let found = try documents(folder.path)
        #expect(found.prefix(2) == [Document(text: "first \u{FEFF}", domain: "a"), Document(text: "", domain: "a")])
        // Two bytes of a mark are none.
        #expect(found.last?.text.contains("\u{FFFD}") == true)
        let lines = try TemporaryFolder()
        try lines.write("x.jsonl", "\u{FEFF}{\"text\": \"\u{FEFF}a\"}\n{\"text\": \"b\"}\n")
        #expect(try documents(lines.file("x.jsonl")).map(\.text) == ["\u{FEFF}a", "b"])
    }

    @Test("a link that leads back to its own folder ends")
    func links() throws {
        let folder = try TemporaryFolder()
        try folder.write("a/b.txt", "text")
        try FileManager.default.createSymbolicLink(atPath: folder.path.appending("a/up").string, withDestinationPath: folder.path.string)
        #expect(try documents(folder.path).map(\.text) == ["text"])
    }

    @Test("what cannot be read is refused")
    func refused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CorpusError.self) { try CorpusSource(folder.path.appending("nothing")) }
        #expect(throws: CorpusError.emptyCorpus(path: folder.path.string, documents: 0, minimumCharacters: 0)) {
            try CorpusSource(folder.path)
        }
        #expect(throws: CorpusError.self) { try CorpusSource(try folder.write("a.parquet", "x")) }
        let tokens = try folder.write("a.npy", "x")
        #expect(throws: CorpusError.self) { try CorpusSource(tokens).forEachDocument { _ in } }
    }
}
