import FaultInjection
import Foundation
import Glibc
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite struct PackingTests {
    struct Expected: Decodable {
        struct Domain: Decodable {
            let name: String
            let documents: Int
            let tokens: Int
            let rows: Int
            let sha256: String
            let counted: Int
        }
        let context: Int
        let separator: Separator
        let minimumCharacters: Int
        let domains: [Domain]
    }

    @Test("the demo corpus packs into the rows that tokenizers and numpy give, 380,313 of its tokens counted")
    func demo() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let source = try CorpusSource(Fixture.demoCorpus)
        let mask = try TokenMask(["bos", "newline"], beginningOfRow: nil, tokenizer: tokenizer)
        for expected in try Fixture.decode([Expected].self, "packing.json") {
            let folder = try TemporaryFolder()
            let packing = CorpusPacking(
                context: expected.context, minimumCharacters: expected.minimumCharacters, separator: expected.separator)
            let packed = try packing.pack(source, tokenizer: tokenizer, into: folder.path, team: ThreadTeam(count: 2))
            #expect(packed.domains == expected.domains.map(\.name))
            for (domain, wanted) in expected.domains.enumerated() {
                let counts = packed.domainCounts[domain]
                #expect(
                    counts == PackedCorpus.Domain(name: wanted.name, documents: wanted.documents, tokens: wanted.tokens, rows: wanted.rows))
                let rows = (0..<packed.rowCount).filter { packed.domain(ofRow: $0) == domain }.flatMap { packed.tokens(ofRow: $0) }
                #expect(rows.withUnsafeBytes { Digest(of: $0).hex } == wanted.sha256)
            }
            #expect(packed.countedTokens(mask) == expected.domains.reduce(0) { $0 + $1.counted })
            if expected.context == 256, expected.separator == .eot { #expect(packed.countedTokens(mask) == 380_313) }
            #expect(packed.documents == expected.domains.reduce(0) { $0 + $1.documents })
            #expect(packed.documents + packed.documentsTooShort == 295)
            #expect(packed.vocabularySize == 2048 && packed.beginningOfRow == 0)
            #expect(try PackedCorpus.open(packed.folder, hashingRows: true).digest == packed.digest)
        }
    }

    @Test("all documents as one domain in the order of the file are the rows of the demo's oracle")
    func oracle() throws {
        let folder = try TemporaryFolder()
        var lines = Data()
        try CorpusSource(Fixture.demoCorpus).forEachDocument { document in
            lines.append(try JSONEncoder().encode(["text": document.text]))
            lines.append(0x0A)
        }
        let source = try CorpusSource(try folder.write("all.jsonl", lines))
        let packed = try CorpusPacking(context: 256, minimumCharacters: 0)
            .pack(
                source, tokenizer: try Tokenizer(folder: Fixture.demoTokenizer), into: folder.path.appending("packed"),
                team: ThreadTeam(count: 2))
        let oracle = try NumpyArray(mapping: Fixture.demo.appending("oracle/tokens.npy")).values(as: Int32.self)
        #expect(packed.domains == ["all"])
        #expect((0..<256).flatMap { packed.tokens(ofRow: $0) } == oracle)
    }

    /// A corpus of several files with many domains, and its expectation by plain loops.
    private func manyDomains(_ folder: TemporaryFolder, _ tokenizer: Tokenizer) throws -> (CorpusSource, rows: [(String, [Int32])]) {
        var generator = LinearCongruential(state: 77)
        let words = ["the ", "in", "beginning", " was\n", "word 12", "\u{4E2D}", "😀", "  "]
        var streams: [String: [Int32]] = [:]
        var rows: [(String, [Int32])] = []
        for file in 0..<3 {
            var lines = ""
            for _ in 0..<400 {
                let text = (0..<generator.next() % 60).map { _ in words[generator.next() % words.count] }.joined()
                let domain = "d\(generator.next() % 9)"
                let escaped = text.replacingOccurrences(of: "\n", with: "\\n")
                lines += "{\"text\": \"\(escaped)\", \"meta\": {\"pile_set_name\": \"\(domain)\"}}\n"
                guard text.unicodeScalars.count > 50 else { continue }
                streams[domain, default: []] += tokenizer.encode(text) + [tokenizer.endOfText]
                while let stream = streams[domain], stream.count >= 31 {
                    rows.append((domain, [tokenizer.endOfText] + stream.prefix(31)))
                    streams[domain] = Array(stream.dropFirst(31))
                }
            }
            try folder.write("corpus/\(file).jsonl", lines)
        }
        return (try CorpusSource(folder.path.appending("corpus")), rows)
    }

    @Test("rows stand in the order of completion and do not depend on the number of threads")
    func threads() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let folder = try TemporaryFolder()
        let (source, rows) = try manyDomains(folder, tokenizer)
        var digests: Set<Digest> = []
        for threads in [1, 2, 3, 7] {
            let packed = try CorpusPacking(context: 32)
                .pack(source, tokenizer: tokenizer, into: folder.path.appending("packed\(threads)"), team: ThreadTeam(count: threads))
            #expect(packed.rowCount == rows.count)
            for (index, row) in rows.enumerated() {
                #expect(packed.domains[packed.domain(ofRow: index)] == row.0)
                #expect(packed.tokens(ofRow: index) == row.1)
            }
            #expect(packed.domains == (0..<9).map { "d\($0)" })
            digests.insert(packed.digest)
        }
        #expect(digests.count == 1)
    }

    @Test("progress ends with everything that was read, and can end the packing")
    func progress() throws {
        struct Stop: Error {}
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let source = try CorpusSource(Fixture.demoCorpus)
        let folder = try TemporaryFolder()
        #expect(throws: Stop.self) {
            try CorpusPacking(context: 256).pack(source, tokenizer: tokenizer, into: folder.path, team: ThreadTeam(count: 1)) { _ in
                throw Stop()
            }
        }
        #expect(folder.names.isEmpty)
        var last: PackingProgress?
        let packed = try CorpusPacking(context: 256).pack(source, tokenizer: tokenizer, into: folder.path, team: ThreadTeam(count: 1)) {
            last = $0
        }
        #expect(last?.bytesDone == source.byteCount && last?.bytesTotal == source.byteCount)
        #expect(last?.documents == 295 && last?.rows == packed.rowCount)
        #expect(last?.tokens == packed.domainCounts.reduce(0) { $0 + $1.tokens })
    }

    @Test("what the tokens are decides the digest; the path, the time and the width of the file do not")
    func digest() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let folder = try TemporaryFolder()
        let lines = (0..<40).map {
            "{\"text\": \"\(String(repeating: "word \($0) ", count: 30))\", \"meta\": {\"pile_set_name\": \"\($0 % 2)\"}}\n"
        }
        let team = ThreadTeam(count: 2)
        func pack(_ name: String, _ text: String, _ packing: CorpusPacking = CorpusPacking(context: 16)) throws -> PackedCorpus {
            let source = try CorpusSource(try folder.write("\(name).jsonl", text))
            return try packing.pack(source, tokenizer: tokenizer, into: folder.path.appending(name), team: team)
        }
        let first = try pack("a", lines.joined())
        #expect(try pack("b", lines.joined()).digest == first.digest)
        #expect(try pack("c", lines.joined().replacingOccurrences(of: "\"1\"", with: "\"2\"")).digest != first.digest)
        #expect(try pack("d", lines.dropLast(10).joined()).digest != first.digest)
        #expect(try pack("e", lines.joined(), CorpusPacking(context: 16, separator: .none)).digest != first.digest)
        // The same rows as an array of another type.
        let rows = (0..<first.rowCount).flatMap { first.tokens(ofRow: $0) }
        try NumpyWriter.write(rows.map(Int64.init), shape: [first.rowCount, 16], to: folder.path.appending("f.npy"))
        try NumpyWriter.write(
            (0..<first.rowCount).map { UInt8(first.domain(ofRow: $0)) }, shape: [first.rowCount], to: folder.path.appending("f.domains.npy")
        )
        try folder.write("f.domains.json", "[\"0\", \"1\"]")
        let array = try CorpusPacking(context: nil)
            .pack(try CorpusSource(folder.path.appending("f.npy")), tokenizer: nil, into: folder.path.appending("f"), team: team)
        #expect(array.digest == first.digest)
        #expect(array.beginningOfRow == tokenizer.endOfText)
    }

    @Test("a packed folder is used again for the same corpus, and never for another")
    func reuse() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let folder = try TemporaryFolder()
        let text = (0..<40).map { "{\"text\": \"\(String(repeating: "word \($0) ", count: 30))\"}\n" }.joined()
        let path = try folder.write("a.jsonl", text)
        let target = folder.path.appending("packed")
        let packing = CorpusPacking(context: 16)
        func pack() throws -> PackedCorpus {
            try packing.pack(try CorpusSource(path), tokenizer: tokenizer, into: target, team: ThreadTeam(count: 1))
        }
        func found(_ packing: CorpusPacking, _ tokenizer: Tokenizer?) throws -> PackedCorpus? {
            packing.packed(try CorpusSource(path), tokenizer: tokenizer, in: target)
        }
        #expect(try found(packing, tokenizer) == nil)
        func setModified(_ date: Date) throws {
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path.string)
        }
        // An hour ahead: however slow this machine packs, the file is too young.
        try setModified(Date() + 3600)
        _ = try pack()
        // The file is so young that it could be changed within the same tick of the clock: packed again.
        #expect(try found(packing, tokenizer) == nil)
        try setModified(Date())
        Thread.sleep(forTimeInterval: 0.2)
        let first = try pack()
        #expect(try found(packing, tokenizer)?.digest == first.digest)
        var calls = 0
        _ = try packing.pack(try CorpusSource(path), tokenizer: tokenizer, into: target, team: ThreadTeam(count: 1)) { _ in calls += 1 }
        #expect(calls == 0)
        // Other settings, another tokenizer, another text of the same length and time.
        #expect(try found(CorpusPacking(context: 17), tokenizer) == nil)
        #expect(try found(CorpusPacking(context: 16, minimumCharacters: 49), tokenizer) == nil)
        #expect(try found(CorpusPacking(context: 16, separator: .none), tokenizer) == nil)
        #expect(try found(packing, try Tokenizer(folder: Fixture.demoTokenizer, matchesSpecialTokens: true)) == nil)
        let date = try FileManager.default.attributesOfItem(atPath: path.string)[.modificationDate] as? Date
        try folder.write("a.jsonl", text.replacingOccurrences(of: "word", with: "ward"))
        try FileManager.default.setAttributes([.modificationDate: try #require(date)], ofItemAtPath: path.string)
        #expect(try found(packing, tokenizer) == nil)
        #expect(try pack().digest != first.digest)
    }

    @Test("a packed folder with a missing, cut or contradictory file is not opened")
    func damage() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let folder = try TemporaryFolder()
        let target = folder.path.appending("packed")
        let packing = CorpusPacking(context: 256)
        let source = try CorpusSource(Fixture.demoCorpus)
        func fresh() throws {
            _ = try packing.pack(source, tokenizer: tokenizer, into: target, team: ThreadTeam(count: 2))
        }
        for name in ["tokens.npy", "domains.npy", "corpus.json"] {
            try fresh()
            #expect(try PackedCorpus.open(target).rowCount > 0)
            let file = target.appending(name)
            let bytes = try Fixture.data(file)
            try bytes.prefix(bytes.count - 10).write(to: URL(fileURLWithPath: file.string))
            #expect(throws: (any Error).self) { try PackedCorpus.open(target) }
            #expect(packing.packed(source, tokenizer: tokenizer, in: target) == nil)
            try FileManager.default.removeItem(atPath: file.string)
            #expect(throws: (any Error).self) { try PackedCorpus.open(target) }
        }
        // The vocabulary has 2,048 tokens: this id would be an index far outside every table.
        try fresh()
        let ids = target.appending("tokens.npy")
        var wrong = try Fixture.data(ids)
        wrong.replaceSubrange(wrong.count - 300..<wrong.count - 298, with: [0xFF, 0xFF])
        try wrong.write(to: URL(fileURLWithPath: ids.string))
        let error = #expect(throws: CorpusError.self) { try PackedCorpus.open(target) }
        #expect(error?.message.contains("column 106 has the token 65535") == true)
        #expect(packing.packed(source, tokenizer: tokenizer, in: target) == nil)
        try fresh()
        let file = target.appending("tokens.npy")
        var bytes = try Fixture.data(file)
        bytes[bytes.count - 300] ^= 1
        try bytes.write(to: URL(fileURLWithPath: file.string))
        let recorded = try PackedCorpus.open(target).digest
        #expect(try PackedCorpus.open(target, hashingRows: true).digest != recorded)
        #expect(packing.packed(source, tokenizer: tokenizer, in: target) == nil)
        #expect(throws: (any Error).self) { try PackedCorpus.open("/no/such/folder") }
    }

    @Test(
        "numbers in corpus.json that no corpus has are refused, and the corpus is packed again",
        arguments: [
            ("\"vocabularySize\" : 2048", "\"vocabularySize\" : -1"),
            ("\"vocabularySize\" : 2048", "\"vocabularySize\" : 1000000000000000"),
            ("\"vocabularySize\" : 2048", "\"vocabularySize\" : 1024"),
            ("\"beginningOfRow\" : 0", "\"beginningOfRow\" : -7"),
            ("\"documentsTooShort\" : ", "\"documentsTooShort\" : 9223372036854775"),
            ("\"context\" : 256,\n  \"digest", "\"context\" : -256,\n  \"digest"),
        ])
    func impossibleNumbers(old: String, new: String) throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let folder = try TemporaryFolder()
        let source = try CorpusSource(Fixture.demoCorpus)
        let packing = CorpusPacking(context: 256)
        let packed = try packing.pack(source, tokenizer: tokenizer, into: folder.path, team: ThreadTeam(count: 2))
        let text = String(decoding: try Fixture.data(folder.path.appending("corpus.json")), as: UTF8.self)
        try #require(text.contains(old))
        try folder.write("corpus.json", text.replacingOccurrences(of: old, with: new))
        #expect(throws: CorpusError.self) { try PackedCorpus.open(folder.path) }
        #expect(packing.packed(source, tokenizer: tokenizer, in: folder.path) == nil)
        let again = try packing.pack(source, tokenizer: tokenizer, into: folder.path, team: ThreadTeam(count: 2))
        #expect(again.digest == packed.digest)
    }

    @Test("a time in corpus.json that no clock shows makes the corpus be packed again")
    func impossibleTime() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let folder = try TemporaryFolder()
        let source = try CorpusSource(Fixture.demoCorpus)
        let packing = CorpusPacking(context: 256)
        _ = try packing.pack(source, tokenizer: tokenizer, into: folder.path, team: ThreadTeam(count: 2))
        let text = String(decoding: try Fixture.data(folder.path.appending("corpus.json")), as: UTF8.self)
        try folder.write("corpus.json", text.replacing(/"began" : \d+/, with: "\"began\" : \(Int64.min)"))
        #expect(packing.packed(source, tokenizer: tokenizer, in: folder.path) == nil)
    }

    @Test("a negative id in 32 bits is named by row and column")
    func negativeToken() throws {
        let folder = try TemporaryFolder()
        let rows = folder.path.appending("rows.npy")
        try NumpyWriter.write([Int32(70000), 1, 2, 3], shape: [2, 2], to: rows)
        let target = folder.path.appending("packed")
        _ = try CorpusPacking(context: nil).pack(try CorpusSource(rows), tokenizer: nil, into: target, team: ThreadTeam(count: 1))
        try NumpyWriter.write([Int32(70000), 1, -2, 3], shape: [2, 2], to: target.appending("tokens.npy"))
        let error = #expect(throws: CorpusError.self) { try PackedCorpus.open(target) }
        #expect(error?.message.contains("row 1, column 0 has the token -2") == true)
    }

    @Test(
        "files with times that 64 bits of nanoseconds do not hold are read",
        arguments: [10_413_792_000, 10_413_792_000_000, -99_999_999_999])
    func distantTimes(seconds: Int) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.txt", "In the year 2300 there was a text of more than fifty characters, and then some.")
        var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 999_999_999)]
        try #require(utimensat(AT_FDCWD, file.string, &times, 0) == 0)
        let source = try CorpusSource(file)
        let packed = try CorpusPacking(context: 8)
            .pack(
                source, tokenizer: try Tokenizer(folder: Fixture.demoTokenizer), into: folder.path.appending("packed"),
                team: ThreadTeam(count: 1))
        #expect(packed.documents == 1)
        #expect(WallClock.nanoseconds(timespec(tv_sec: 10_413_792_000, tv_nsec: 5)) == .max)
        #expect(WallClock.nanoseconds(timespec(tv_sec: -99_999_999_999, tv_nsec: 5)) == .min)
        #expect(WallClock.nanoseconds(timespec(tv_sec: 2, tv_nsec: 5)) == 2_000_000_005)
    }

    @Test("whatever operation on the disk fails, no half of a corpus is taken for the whole")
    func failingDisk() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let folder = try TemporaryFolder()
        let source = try CorpusSource(
            try folder.write("a.jsonl", (0..<40).map { "{\"text\": \"\(String(repeating: "word \($0) ", count: 30))\"}\n" }.joined()))
        let other = try CorpusSource(
            try folder.write("b.jsonl", (0..<40).map { "{\"text\": \"\(String(repeating: "another \($0) ", count: 50))\"}\n" }.joined()))
        let target = folder.path.appending("packed")
        let packing = CorpusPacking(context: 16)
        var operations = 1
        while true {
            _ = try packing.pack(source, tokenizer: tokenizer, into: target, team: ThreadTeam(count: 1))
            let files = FaultyFiles(.failure, at: operations)
            do {
                _ = try packing.pack(other, tokenizer: tokenizer, into: target, team: ThreadTeam(count: 1), on: files)
                break
            } catch {
                #expect(error is StorageError)
                if let opened = try? PackedCorpus.open(target) {
                    #expect(try PackedCorpus.open(target, hashingRows: true).digest == opened.digest)
                }
                #expect(!((try? FileManager.default.contentsOfDirectory(atPath: target.string)) ?? []).contains { $0.hasSuffix(".part") })
            }
            operations += 1
        }
        #expect(operations > 10)
    }

    @Test("corpora without a document or a row, and settings that make no sense, are refused")
    func refused() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let folder = try TemporaryFolder()
        let team = ThreadTeam(count: 1)
        func pack(_ packing: CorpusPacking, _ text: String, _ tokenizer: Tokenizer?) throws -> PackedCorpus {
            let source = try CorpusSource(try folder.write("a.jsonl", text))
            return try packing.pack(source, tokenizer: tokenizer, into: folder.path.appending("packed"), team: team)
        }
        let path = folder.path.appending("a.jsonl").string
        let packing = CorpusPacking(context: 64)
        #expect(throws: CorpusError.emptyCorpus(path: path, documents: 0, minimumCharacters: 50)) { try pack(packing, "\n\n", tokenizer) }
        let short = "{\"text\": \"\(String(repeating: "é", count: 50))\"}\n"
        #expect(throws: CorpusError.emptyCorpus(path: path, documents: 1, minimumCharacters: 50)) { try pack(packing, short, tokenizer) }
        let document = "{\"text\": \"\(String(repeating: "e", count: 51))\"}\n"
        #expect(throws: CorpusError.self) { try pack(packing, document, tokenizer) }
        #expect(try pack(CorpusPacking(context: 8), document, tokenizer).documents == 1)
        #expect(throws: CorpusError.tokenizerNeeded(path: path)) { try pack(packing, document, nil) }
        #expect(throws: CorpusError.contextTooShort(context: 1)) { try pack(CorpusPacking(context: 1), document, tokenizer) }
        #expect(throws: CorpusError.self) { try pack(CorpusPacking(context: nil), document, tokenizer) }
    }
}
