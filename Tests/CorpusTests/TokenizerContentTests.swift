import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite("Whether two folders hold the same tokenizer")
struct TokenizerContentTests {
    private static let smallest = Fixture.folder.appending("variants/end-of-text/tokenizer.json")

    /// A folder with files, and what it says of its tokenizer.
    private func content(_ files: [String: Data], in folder: TemporaryFolder, _ name: String) throws -> TokenizerContent? {
        for (file, data) in files { try folder.write("\(name)/\(file)", data) }
        return try TokenizerContent(in: folder.file(name))
    }

    private func difference(_ first: [String: Data], _ second: [String: Data]) throws -> TokenizerDifference? {
        let folder = try TemporaryFolder()
        let one = try #require(try content(first, in: folder, "a"))
        let other = try #require(try content(second, in: folder, "b"))
        let found = try one.difference(from: other)
        // The other way round it is the same place.
        let back = try other.difference(from: one)
        #expect(found?.place == back?.place && found?.first == back?.second && found?.second == back?.first)
        return found
    }

    /// The smallest variant's file with something replaced.
    private func edited(_ old: String, _ new: String) throws -> [String: Data] {
        let text = String(decoding: try Fixture.data(Self.smallest), as: UTF8.self)
        let edited = text.replacingOccurrences(of: old, with: new)
        try #require(edited != text, "\(old) is not in the file")
        return ["tokenizer.json": Data(edited.utf8)]
    }

    @Test("tokenizer.json and vocab.json with merges.txt are the same one, also under OpenAI's names and from Windows")
    func forms() throws {
        func files(_ names: [String: String]) throws -> [String: Data] {
            try names.mapValues { try Fixture.data(Fixture.demoTokenizer.appending($0)) }
        }
        let whole = try files(["tokenizer.json": "tokenizer.json"])
        var pair = try files(["vocab.json": "vocab.json", "merges.txt": "merges.txt"])
        #expect(try difference(whole, pair) == nil)
        #expect(try difference(whole, files(["encoder.json": "vocab.json", "vocab.bpe": "merges.txt"])) == nil)
        let merges = String(decoding: try Fixture.data(Fixture.demoTokenizer.appending("merges.txt")), as: UTF8.self)
        pair["merges.txt"] = Data(merges.replacingOccurrences(of: "\n", with: "\r\n").utf8)
        #expect(try difference(whole, pair) == nil)
        // What does not decide about tokens: how long a model's context is, and files that are not read beside tokenizer.json.
        var more = whole
        more["tokenizer_config.json"] = Data("{\"model_max_length\": 7}".utf8)
        more["vocab.json"] = Data("{}".utf8)
        #expect(try difference(whole, more) == nil)
    }

    @Test("what is the same to a model is no difference: whether end of text is normalised where nothing is, unknown tokens, the decoder")
    func harmless() throws {
        let right = ["tokenizer.json": try Fixture.data(Self.smallest)]
        for (old, new) in [
            ("\"normalized\":false", "\"normalized\":true"), ("\"unk_token\":null", "\"unk_token\":\"!\""),
            ("\"trim_offsets\":true", "\"trim_offsets\":false"), ("\"dropout\":null", "\"dropout\":0.0"),
        ] {
            #expect(try difference(right, edited(old, new)) == nil, "\(new)")
        }
    }

    @Test(
        "the first difference is named, with what each has there",
        arguments: [
            ("\"!\":1,\"\\\"\":2", "\"!\":2,\"\\\"\":1", "token 1", "'!'", "'\"'"),
            ("{\"<|endoftext|>\":0,", "{\"<|endoftext|>\":0,\"zzz\":5000,", "token 5000", "unused", "'zzz'"),
            ("[\"t\",\"h\"],[\"\\u0120\",\"th\"]", "[\"\\u0120\",\"th\"],[\"t\",\"h\"]", "merge 3", "'t' and 'h'", "' ' and 'th'"),
            ("[\"\\u0120\",\"\\u0120\"],", "", "merge 1", "' ' and ' '", "'  ' and '  '"),
            ("\"special\":true", "\"special\":false", "the added token 0", "special", "not special"),
            ("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", "the normaliser", "none", "NFC"),
            ("\"ignore_merges\":false", "\"ignore_merges\":true", "ignore_merges", "false", "true"),
        ])
    func different(old: String, new: String, place: String, first: String, second: String) throws {
        let right = ["tokenizer.json": try Fixture.data(Self.smallest)]
        #expect(try difference(right, edited(old, new)) == TokenizerDifference(place: place, first: first, second: second))
    }

    @Test("an added token that one has more is named by its id")
    func addedToken() throws {
        let right = ["tokenizer.json": try Fixture.data(Self.smallest)]
        let size = try Tokenizer(folder: Self.smallest.removingLastComponent()).vocabularySize
        let pad = #""special":true},{"id":\#(size),"content":"<|pad|>\u001b","special":true}"#
        let found = try difference(right, edited("\"special\":true}", pad))
        #expect(found == TokenizerDifference(place: "token \(size)", first: "unused", second: "'<|pad|>\\u{1b}'"))
    }

    @Test(
        "a file that is larger than any tokenizer's is refused before it is read, whichever it is",
        arguments: ["tokenizer.json", "vocab.json", "merges.txt", "added_tokens.json", "tokenizer_config.json"])
    func large(file: String) throws {
        let folder = try TemporaryFolder()
        var files = ["tokenizer_config.json": Data("{}".utf8)]
        for name in file == "tokenizer.json" ? ["tokenizer.json"] : ["vocab.json", "merges.txt"] {
            files[name] = try Fixture.data(Fixture.demoTokenizer.appending(name))
        }
        files[file] = nil
        for (name, data) in files { try folder.write("a/\(name)", data) }
        // Its bytes take no room on the disk.
        let large = try folder.write("a/\(file)", Data())
        try #require(truncate(large.string, (32 << 20) + 1) == 0)

        let unread = try #require(throws: StorageError.self) { try TokenizerContent(in: folder.file("a")) }
        #expect(unread == .tooLarge(large, bytes: 33_554_433, most: 33_554_432))
        let error = try #require(throws: CorpusError.self) { try Tokenizer(folder: folder.file("a")) }
        #expect(error.message == "\(large): the file has 33554433 bytes, the most that are read are 33554432")
        #expect(error.exitStatus == .dataError)
    }

    @Test("where a folder holds none, or a part of one, nothing is said; files that are the same to the byte are not looked into")
    func none() throws {
        let folder = try TemporaryFolder()
        #expect(try TokenizerContent(in: folder.path) == nil)
        #expect(try content(["vocab.json": Data("{}".utf8)], in: folder, "half") == nil)
        #expect(try content(["merges.txt": Data("#version: 0.2\n".utf8)], in: folder, "half") != nil)
        let broken = ["tokenizer.json": Data("no tokenizer".utf8)]
        #expect(try difference(broken, broken) == nil)
        let right = ["tokenizer.json": try Fixture.data(Self.smallest)]
        #expect(throws: CorpusError.self) { try difference(right, broken) }
    }
}
