import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

/// Against what `tokenizers` gave: Tests/Fixtures/Corpus/make_tokenizer_fixtures.py.
@Suite struct TokenizerParityTests {
    struct Case: Decodable {
        let name: String
        let text: Data
        let demo: [Int32]
        let gpt2: [Int32]
        let pythia: [Int32]
    }

    struct Hash: Decodable {
        let name: String
        let kind: String
        let alphabet: String?
        let count: Int?
        let seed: UInt64?
        let demo: String
        let gpt2: String
        let pythia: String
    }

    static func digest(_ ids: [Int32]) -> String { ids.withUnsafeBytes { Digest(of: $0).hex } }

    /// The text that a hash was taken of.
    static func text(_ hash: Hash) -> [UInt8] {
        var result: [UInt8] = []
        if hash.kind == "everything" {
            for value in UInt32(0)..<0x110000 {
                guard let scalar = Unicode.Scalar(value) else { continue }
                for before in "a1 !\n".utf8 {
                    result.append(before)
                    result.append(contentsOf: scalar.utf8)
                }
            }
        } else {
            let alphabet = Array((hash.alphabet ?? "").unicodeScalars)
            var generator = LinearCongruential(state: hash.seed ?? 0)
            for _ in 0..<(hash.count ?? 0) { result.append(contentsOf: alphabet[generator.next() % alphabet.count].utf8) }
        }
        return result
    }

    static func check(_ tokenizer: Tokenizer, _ expected: KeyPath<Case, [Int32]>, _ hash: KeyPath<Hash, String>) throws {
        for item in try Fixture.decode([Case].self, "tokenizer-parity.json") {
            #expect(tokenizer.encode(Array(item.text)) == item[keyPath: expected], "\(item.name)")
        }
        for item in try Fixture.decode([Hash].self, "tokenizer-hashes.json") {
            if item.kind == "corpus" {
                var ids: [Int32] = []
                try CorpusSource(Fixture.demoCorpus).forEachDocument { ids += tokenizer.encode($0.text) }
                #expect(digest(ids) == item[keyPath: hash], "\(item.name)")
            } else {
                #expect(digest(tokenizer.encode(text(item))) == item[keyPath: hash], "\(item.name)")
            }
        }
    }

    @Test("the demo tokenizer gives the ids of tokenizers on nasty text, from tokenizer.json")
    func demo() throws { try Self.check(try Tokenizer(folder: Fixture.demoTokenizer), \.demo, \.demo) }

    @Test("the demo tokenizer gives the ids of tokenizers on nasty text, from vocab.json and merges.txt")
    func demoFromVocabulary() throws {
        let folder = try TemporaryFolder()
        for name in ["vocab.json", "merges.txt"] { try folder.write(name, try Fixture.data(Fixture.demoTokenizer.appending(name))) }
        let tokenizer = try Tokenizer(folder: folder.path)
        try Self.check(tokenizer, \.demo, \.demo)
        #expect(tokenizer.digest == (try Tokenizer(folder: Fixture.demoTokenizer)).digest)
        #expect(tokenizer.digest != (try Tokenizer(folder: folder.path, matchesSpecialTokens: true)).digest)
    }

    @Test(
        "the real GPT-2 vocabulary gives the ids of tokenizers on nasty text",
        .enabled(if: Fixture.gpt2 != nil, "UN_GPT2_VOCABULARY is not set"))
    func gpt2() throws {
        let folder = try #require(Fixture.gpt2)
        let tokenizer = try Tokenizer(folder: folder)
        #expect(tokenizer.vocabularySize == 50257)
        #expect(tokenizer.endOfText == 50256)
        try Self.check(tokenizer, \.gpt2, \.gpt2)
    }

    @Test(
        "a tokenizer of the structure of Pythia's gives the ids of tokenizers on nasty text: composed, with runs of blanks above the vocabulary"
    )
    func pythia() throws {
        let tokenizer = try Tokenizer(folder: Fixture.folder.appending("pythia"))
        #expect(tokenizer.vocabularySize == 723 && tokenizer.endOfText == 0)
        #expect(tokenizer.decodedToken(700) == String(repeating: " ", count: 24) && tokenizer.decodedToken(722) == "  ")
        try Self.check(tokenizer, \.pythia, \.pythia)
    }

    @Test("tokens decode to the text they came from")
    func decoding() throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        for item in try Fixture.decode([Case].self, "tokenizer-parity.json") {
            #expect(tokenizer.decode(item.demo).utf8.elementsEqual(String(decoding: item.text, as: UTF8.self).utf8), "\(item.name)")
        }
        #expect(tokenizer.vocabularySize == 2048)
        #expect(tokenizer.endOfText == 0)
        #expect(tokenizer.decodedToken(0) == "<|endoftext|>")
        #expect(tokenizer.decodedToken(2048) == "" && tokenizer.decodedToken(-1) == "")
        #expect(tokenizer.id(of: "Ċ").map { tokenizer.decodedToken(Int($0)) } == "\n")
        #expect(tokenizer.id(of: "no such token") == nil)
    }

    @Test("several threads encode with one tokenizer at the same time")
    func concurrency() async throws {
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        let cases = try Fixture.decode([Case].self, "tokenizer-parity.json").map { ($0.text, $0.demo) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask { cases.allSatisfy { tokenizer.encode(Array($0.0)) == $0.1 } }
            }
            for await same in group { #expect(same) }
        }
    }

    @Test("the table of letters, numbers and white space is the one read off tokenizers")
    func scalarClasses() {
        let table = UnsafeRawBufferPointer(start: ScalarClassTable.shared.classes, count: ScalarClassTable.count)
        #expect(Digest(of: table).hex == ScalarClassRanges.checksum)
    }
}
