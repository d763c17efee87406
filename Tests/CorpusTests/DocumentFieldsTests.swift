import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite("JSON lines with members of other names, and under gzip")
struct DocumentFieldsTests {
    private func documents(_ path: FilePath, _ fields: DocumentFields = .pile) throws -> [Document] {
        var result: [Document] = []
        try CorpusSource(path, fields: fields).forEachDocument { result.append($0) }
        return result
    }

    @Test("text and domain are found wherever the configuration says, and nowhere else")
    func fields() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "a.jsonl",
            """
            {"text": "no", "content": "one", "meta": {"pile_set_name": "no", "source": "B", "content": "no"}}
            {"meta": {"source": "A", "x": {"source": "no"}}, "content": "two", "source": "no"}
            {"content": "three", "meta": {"source": 7}}
            {"content": "four", "meta": {"source": null}}
            {"content": "five", "meta": "source"}
            {"meta": {"source": "gone"}, "meta": {"other": 1}, "content": "six"}
            {"meta": {"source": -1.5e3}, "content": "seven"}
            """)
        let fields = DocumentFields(text: ["content"], domain: ["meta", "source"])
        #expect(
            try documents(path, fields).map { "\($0.text) \($0.domain)" } == [
                "one B", "two A", "three 7", "four all", "five all", "six all", "seven -1.5e3",
            ])
    }

    @Test("both may lie in the same object, several deep")
    func deep() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "a.jsonl",
            """
            {"a": {"b": {"text": "one", "set": "x"}, "text": "no"}, "b": {"text": "no"}}
            {"a": {"set": "no", "b": {"set": "y", "text": "two"}, "b": {"text": "three"}}}
            """)
        let fields = DocumentFields(text: ["a", "b", "text"], domain: ["a", "b", "set"])
        #expect(
            try documents(path, fields) == [Document(text: "one", domain: "x"), Document(text: "three", domain: "all")])
        let outer = DocumentFields(text: ["a", "b", "text"], domain: ["a", "text"])
        #expect(try documents(path, outer).map(\.domain) == ["no", "all"])
    }

    @Test("a line without the text is named with the member that it lacks")
    func missing() throws {
        let folder = try TemporaryFolder()
        let fields = DocumentFields(text: ["body", "content"], domain: ["kind"])
        func refuses(_ line: String, byte: Int, expected: String) throws {
            let path = try folder.write("a.jsonl", "{\"body\": {\"content\": \"x\"}}\n" + line + "\n")
            #expect(throws: CorpusError.brokenJSON(path: path.string, line: 2, byte: byte, expected: expected)) {
                try documents(path, fields)
            }
        }
        try refuses("{\"body\": \"x\"}", byte: 13, expected: "a member \"body.content\" in the object")
        try refuses("{\"content\": \"x\"}", byte: 16, expected: "a member \"body.content\" in the object")
        try refuses("{\"body\": {\"content\": 5}}", byte: 21, expected: "a string")
        try refuses("{\"body\": {\"content\": \"x\"}, \"body\": 1}", byte: 37, expected: "a member \"body.content\" in the object")
    }

    @Test("ways are names with dots between them; two that lie within each other are none")
    func ways() {
        #expect(DocumentFields.way("meta.source") == ["meta", "source"] && DocumentFields.way("text") == ["text"])
        for text in ["", ".", "a.", ".a", "a..b", String(repeating: "a.", count: 16) + "a"] { #expect(DocumentFields.way(text) == nil) }
        #expect(DocumentFields.pile.problem == nil)
        #expect(DocumentFields(text: ["a"], domain: ["a"]).problem != nil)
        #expect(DocumentFields(text: ["a"], domain: ["a", "b"]).problem != nil)
        #expect(DocumentFields(text: ["a", "b"], domain: ["a"]).problem != nil)
        #expect(DocumentFields(text: ["a", "b"], domain: ["a", "c"]).problem == nil)
    }

    @Test("of text files and token ids no members can be named")
    func withoutLines() throws {
        let folder = try TemporaryFolder()
        let fields = DocumentFields(text: ["content"], domain: ["kind"])
        let text = try folder.write("a.txt", "text")
        let error = CorpusError.fieldsWithoutLines(path: text.string, kind: "text")
        #expect(throws: error) { try CorpusSource(text, fields: fields) }
        #expect(error.exitStatus == .configuration)
    }

    @Test("a corpus that was packed with other members is packed again, and found again with the same")
    func packedAgain() throws {
        let folder = try TemporaryFolder()
        let words = (0..<400).map { "word\($0)" }
        let text = words.joined(separator: " ")
        let other = words.reversed().joined(separator: " ")
        let path = try folder.write("a.jsonl", "{\"text\": \"\(text)\", \"content\": \"\(other)\"}\n")
        // Long enough ago that nobody can have changed it unseen.
        Thread.sleep(forTimeInterval: 0.15)
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let packing = CorpusPacking(context: 16)
        let place = folder.file("packed")
        let fields = DocumentFields(text: ["content"], domain: ["kind"])
        func pack(_ fields: DocumentFields) throws -> PackedCorpus {
            try packing.pack(CorpusSource(path, fields: fields), tokenizer: tokenizer, into: place, team: .init(count: 1))
        }
        let first = try pack(.pile)
        #expect(try packing.packed(CorpusSource(path), tokenizer: tokenizer, in: place)?.digest == first.digest)
        #expect(try packing.packed(CorpusSource(path, fields: fields), tokenizer: tokenizer, in: place) == nil)
        let second = try pack(fields)
        #expect(second.digest != first.digest)
        #expect(try packing.packed(CorpusSource(path, fields: fields), tokenizer: tokenizer, in: place)?.digest == second.digest)
        #expect(try packing.packed(CorpusSource(path), tokenizer: tokenizer, in: place) == nil)
    }

    @Test("JSON lines under gzip are the same documents, of one member or of several, in batches of every size")
    func gzip() throws {
        let folder = try TemporaryFolder()
        let lines = (0..<3000).map { "{\"text\": \"document \($0) \(String(repeating: "x", count: $0 % 700))\"}\n" }
        let expected = try documents(try folder.write("a.jsonl", lines.joined()))
        #expect(expected.count == 3000)
        let one = try folder.write("b.jsonl.gz", GzipMember.bytes(lines.joined().utf8))
        #expect(try documents(one) == expected)
        // Members that end in the middle of a line.
        let bytes = Array(lines.joined().utf8)
        let cut = bytes.count / 3 + 1
        let several = try folder.write("c.json.gz", GzipMember.bytes(bytes[..<cut]) + GzipMember.bytes(bytes[cut...]))
        #expect(try documents(several) == expected)
        let source = try CorpusSource(several)
        #expect(source.kind == .jsonLines)
        let reader = SourceReader(source, batchBytes: 5000, pieceBytes: 64)
        var count = 0
        while let batch = try reader.next() { count += batch.bytes.count(where: { $0 == 0x0A }) }
        #expect(count == 3000 && reader.consumed == source.byteCount)
        // Beside plain files and others under zstd.
        let mixed = try TemporaryFolder()
        try mixed.write("1.jsonl.gz", GzipMember.bytes("{\"text\": \"a\"}\n".utf8))
        try mixed.write("2.jsonl", "{\"text\": \"b\"}\n")
        try mixed.write("3.jsonl.zst", try Zstd.compress(Array("{\"text\": \"c\"}\n".utf8)))
        #expect(try documents(mixed.path).map(\.text) == ["a", "b", "c"])
    }

    @Test("gzip that is damaged or cut off is named with file and byte; a line that is longer than any document ends the reading")
    func damagedGzip() throws {
        let folder = try TemporaryFolder()
        let whole = GzipMember.bytes("{\"text\": \"abc\"}\n".utf8)
        let cut = try folder.write("a.jsonl.gz", whole.dropLast(5))
        #expect(throws: StorageError.corrupt(cut, offset: whole.count - 5, problem: "the gzip data are cut off")) { try documents(cut) }
        let junk = try folder.write("b.jsonl.gz", "no gzip at all")
        #expect(throws: StorageError.corrupt(junk, offset: 0, problem: "not gzip data")) { try documents(junk) }
        let long = try folder.write("c.jsonl.gz", GzipMember.bytes([UInt8](repeating: 0x20, count: 3 << 20)))
        let reader = SourceReader(try CorpusSource(long), documentLimit: 1 << 20)
        #expect(throws: CorpusError.documentTooLarge(path: long.string, line: 1, limit: 1 << 20)) { while try reader.next() != nil {} }
    }
}
