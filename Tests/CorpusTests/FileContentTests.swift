import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite("What a corpus's files hold")
struct FileContentTests {
    /// What is made of a file by its name.
    private enum Reading {
        case lines
        case text
        case refused
    }

    /// A name, how the file alone is read, and how in a folder.
    private static let table: [(name: String, alone: Reading, inFolder: Reading)] = [
        ("a.jsonl", .lines, .lines), ("a.jsonl.gz", .lines, .lines), ("a.jsonl.zst", .lines, .lines),
        ("a.ndjson", .lines, .lines), ("a.ndjson.gz", .lines, .lines), ("a.ndjson.zst", .lines, .lines),
        ("a.json", .lines, .lines), ("a.json.gz", .lines, .lines), ("a.json.zst", .lines, .lines),
        ("a.txt", .text, .text), ("a.txt.gz", .text, .text), ("a.txt.zst", .text, .text),
        ("a.text", .text, .text), ("a.text.gz", .text, .text), ("a.text.zst", .text, .text),
        // The name does not say: under a compression it is lines alone, and in a folder it is text without one.
        ("pile", .refused, .text), ("pile.gz", .lines, .refused), ("pile.zst", .lines, .refused),
        ("a.py", .refused, .text), ("a.jsonl.txt", .text, .text), ("a.txt.json", .lines, .lines),
        ("a.npy.gz", .refused, .refused), ("a.npz.zst", .refused, .refused), ("a.tar.gz", .refused, .refused),
        ("a.txt.gz.zst", .refused, .refused), ("a.txt.xz", .refused, .refused), ("a.parquet", .refused, .refused),
    ]

    /// Neither a line of JSON, nor cut where a line ends.
    private static let text = "two\nlines {"

    /// Writes a file with one document, as its name says.
    private func write(_ name: String, holding reading: Reading, in folder: TemporaryFolder) throws -> FilePath {
        let content = Array((reading == .lines ? "{\"text\": \"two\\nlines {\"}\n" : Self.text).utf8)
        if name.hasSuffix(".zst") { return try folder.write(name, try Zstd.compress(content)) }
        return try folder.write(name, name.hasSuffix(".gz") ? GzipMember.bytes(content) : content)
    }

    private func documents(_ path: FilePath) throws -> [Document] {
        var result: [Document] = []
        try CorpusSource(path).forEachDocument { result.append($0) }
        return result
    }

    @Test("is told by their names, plain and under each compression, alone and in a folder", arguments: Self.table.indices)
    func kinds(row: Int) throws {
        let (name, alone, inFolder) = Self.table[row]
        let folder = try TemporaryFolder()
        for (place, reading, domain) in [(name, alone, "text"), ("folder/law/\(name)", inFolder, "law")] {
            let file = try write(place, holding: reading, in: folder)
            let source = place == name ? file : folder.file("folder")
            switch reading {
            case .lines:
                #expect(try CorpusSource(source).kind == .jsonLines)
                #expect(try documents(source) == [Document(text: Self.text, domain: "all")])
            case .text:
                #expect(try CorpusSource(source).kind == .text)
                #expect(try documents(source) == [Document(text: Self.text, domain: domain)])
            case .refused: #expect(throws: CorpusError.unknownFormat(path: file.string)) { try CorpusSource(source) }
            }
        }
    }

    @Test("in a folder of mixed kinds the lines alone are documents; without lines every text is one")
    func mixed() throws {
        let folder = try TemporaryFolder()
        let texts = Self.table.filter { $0.inFolder == .text }.map(\.name)
        let lines = Self.table.filter { $0.inFolder == .lines }.map(\.name)
        for name in texts { _ = try write("law/\(name)", holding: .text, in: folder) }
        let found = try CorpusSource(folder.path)
        #expect(found.kind == .text && found.files.map(\.name) == texts.map { "law/\($0)" }.sorted())
        #expect(try documents(folder.path) == texts.map { _ in Document(text: Self.text, domain: "law") })
        for name in lines + ["x.npy.gz"] { _ = try write("art/\(name)", holding: .lines, in: folder) }
        let mixed = try CorpusSource(folder.path)
        #expect(mixed.kind == .jsonLines && mixed.files.map(\.name) == lines.map { "art/\($0)" }.sorted())
        #expect(try documents(folder.path) == lines.map { _ in Document(text: Self.text, domain: "all") })
    }

    @Test("a compressed text that is longer than a document may be is refused while it is read")
    func bomb() throws {
        let folder = try TemporaryFolder()
        let content = [UInt8](repeating: UInt8(ascii: "x"), count: 40 << 20)
        let path = try folder.write("a.txt.zst", try Zstd.compress(content))
        let reader = SourceReader(try CorpusSource(path), documentLimit: 1 << 20)
        #expect(throws: CorpusError.documentTooLarge(path: path.string, line: nil, limit: 1 << 20)) { try reader.next() }
        #expect(try FileStatus(of: path).size < 100_000)
    }
}
