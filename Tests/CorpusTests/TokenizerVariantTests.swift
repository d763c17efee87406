import Foundation
import SmallRuns
import Testing

@testable import Corpus

/// Settings of `tokenizer.json`, one by one: honoured as `tokenizers` does, or refused by name.
@Suite struct TokenizerVariantTests {
    struct Variants: Decodable {
        struct Variant: Decodable {
            struct Case: Decodable {
                let text: String
                let matched: [Int32]
                let ordinary: [Int32]
            }
            let name: String
            let vocabularySize: Int
            let cases: [Case]
        }
        let variants: [Variant]
    }

    @Test("added tokens, special tokens and whole words come out as tokenizers gives them", arguments: [false, true])
    func settings(matchesSpecialTokens: Bool) throws {
        for variant in try Fixture.decode(Variants.self, "tokenizer-variants.json").variants {
            let folder = Fixture.folder.appending("variants").appending(variant.name)
            let tokenizer = try Tokenizer(folder: folder, matchesSpecialTokens: matchesSpecialTokens)
            #expect(tokenizer.vocabularySize == variant.vocabularySize, "\(variant.name)")
            for item in variant.cases {
                let expected = matchesSpecialTokens ? item.matched : item.ordinary
                #expect(tokenizer.encode(item.text) == expected, "\(variant.name): \(item.text)")
            }
        }
    }

    /// Replaces `old` in the smallest variant's file and loads it.
    private func load(replacing old: String, by new: String, in name: String = "end-of-text") throws -> Tokenizer {
        let text = String(
            decoding: try Fixture.data(Fixture.folder.appending("variants").appending(name).appending("tokenizer.json")), as: UTF8.self)
        let edited = text.replacingOccurrences(of: old, with: new)
        try #require(edited != text, "\(old) is not in the file")
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", edited)
        return try Tokenizer(folder: folder.path)
    }

    @Test("a file from before use_regex, byte_fallback and ignore_merges, as Pythia's is, is the same tokenizer as one that has them")
    func older() throws {
        let folder = try TemporaryFolder()
        let current = Fixture.folder.appending("pythia")
        var text = String(decoding: try Fixture.data(current.appending("tokenizer.json")), as: UTF8.self)
        for key in [",\"use_regex\":true", "\"byte_fallback\":false,", "\"ignore_merges\":false,"] {
            try #require(text.contains(key))
            text = text.replacingOccurrences(of: key, with: "")
        }
        for key in ["use_regex", "byte_fallback", "ignore_merges"] { try #require(!text.contains(key)) }
        try folder.write("tokenizer.json", text)
        let older = try Tokenizer(folder: folder.path)
        #expect(try older.digest == Tokenizer(folder: current).digest)
        // `tokenizers` takes the one for the other too: make_tokenizer_fixtures.py.
        for item in try Fixture.decode([TokenizerParityTests.Case].self, "tokenizer-parity.json") {
            #expect(older.encode(Array(item.text)) == item.pythia, "\(item.name)")
        }
    }

    @Test(
        "what a training script left behind for its own rows changes nothing: texts are tokenised whole",
        arguments: [
            (
                "\"truncation\":null",
                "\"truncation\":{\"direction\":\"Right\",\"max_length\":2,\"strategy\":\"LongestFirst\",\"stride\":0}"
            ),
            (
                "\"padding\":null",
                "\"padding\":{\"strategy\":{\"Fixed\":64},\"direction\":\"Right\",\"pad_id\":0,\"pad_token\":\"<|endoftext|>\"}"
            ),
        ])
    func rows(old: String, new: String) throws {
        let plain = try Tokenizer(folder: Fixture.folder.appending("variants/end-of-text"))
        let set = try load(replacing: old, by: new)
        let text = "the first line, and the second one"
        #expect(set.digest == plain.digest && set.encode(text) == plain.encode(text) && set.encode(text).count > 2)
    }

    @Test(
        "a setting that would change the tokens is refused by its name",
        arguments: [
            ("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFKC\"}", "normalizer"),
            (
                "\"normalizer\":null",
                "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Lowercase\"}]}",
                "normalizer"
            ),
            ("\"normalizer\":null", "\"normalizer\":{\"type\":\"Sequence\"}", "normalizer"),
            ("\"type\":\"ByteLevel\",\"add_prefix_space\":false", "\"type\":\"Whitespace\"", "pre_tokenizer"),
            ("\"add_prefix_space\":false", "\"add_prefix_space\":true", "pre_tokenizer.add_prefix_space"),
            ("\"add_prefix_space\":false,", "", "pre_tokenizer.add_prefix_space"),
            ("\"use_regex\":true}", "\"use_regex\":false}", "pre_tokenizer.use_regex"),
            ("\"dropout\":null", "\"dropout\":0.1", "model.dropout"),
            ("\"byte_fallback\":false", "\"byte_fallback\":true", "model.byte_fallback"),
            ("\"continuing_subword_prefix\":null", "\"continuing_subword_prefix\":\"##\"", "model.continuing_subword_prefix"),
            ("\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"</w>\"", "model.end_of_word_suffix"),
            ("\"ignore_merges\":false", "\"ignore_merges\":1", "model.ignore_merges"),
            ("\"type\":\"BPE\"", "\"type\":\"WordPiece\"", "model.type"),
            ("\"lstrip\":false", "\"lstrip\":true", "added_tokens[0].lstrip"),
            ("\"rstrip\":false", "\"rstrip\":true", "added_tokens[0].rstrip"),
            ("\"single_word\":false", "\"single_word\":true", "added_tokens[0].single_word"),
        ])
    func refused(old: String, new: String, field: String) throws {
        let error = #expect(throws: CorpusError.self) { try load(replacing: old, by: new) }
        guard case .unsupportedTokenizer(let path, let named, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(named == field && path.hasSuffix("tokenizer.json"))
    }

    @Test(
        "a broken or contradictory file is refused with the place",
        arguments: [
            ("\"<|endoftext|>\":0", "\"<|endoftext|>\":1", "model.vocab"), ("\"!\":1,", "", "the vocabulary"),
            ("\"!\":1,", "\"!\":-1,", "model.vocab, \"!\""), ("\"!\":1,", "\"!\":99999999999,", "model.vocab, \"!\""),
            ("\"!\":1,", "\"!\":\"x\",", "model.vocab, \"!\""), ("[\"h\",\"e\"]", "[\"h\",\"no such\"]", "model.merges[84]"),
            ("[\"\\u0120\",\"\\u0120\"]", "[\"\\u0120\"]", "model.merges[0]"), ("\"id\":0", "\"id\":5", "added_tokens[0].id"),
            ("\"content\":\"<|endoftext|>\"", "\"content\":\"\"", "added_tokens[0].content"), ("\"model\":{", "\"modell\":{", "model"),
            ("\"merges\":", "\"merged\":", "model.merges"),
        ])
    func broken(old: String, new: String, field: String) throws {
        let error = #expect(throws: CorpusError.self) { try load(replacing: old, by: new) }
        guard case .brokenTokenizer(_, let named, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(named == field)
    }

    @Test("settings without effect are let through")
    func harmless() throws {
        for (old, new) in [
            ("\"dropout\":null", "\"dropout\":0.0"), ("\"continuing_subword_prefix\":null", "\"continuing_subword_prefix\":\"\""),
        ] {
            #expect(
                try load(replacing: old, by: new).encode("the beginning")
                    == load(replacing: "\"unk_token\":null", by: "\"unk_token\":\"!\"").encode("the beginning"))
        }
    }

    @Test("a file cut off anywhere is an error, never a crash")
    func truncation() throws {
        let text = try Fixture.data(Fixture.folder.appending("variants/end-of-text/tokenizer.json"))
        let folder = try TemporaryFolder()
        for length in stride(from: 0, to: text.count - 2, by: 97) {
            try folder.write("tokenizer.json", text.prefix(length))
            #expect(throws: CorpusError.self) { try Tokenizer(folder: folder.path) }
        }
    }

    @Test(
        "tokens that tokenizer_config.json adds to vocab.json are refused by name, unless the vocabulary has them under that id",
        arguments: [
            (#"{"0": {"content": "<|endoftext|>", "special": true}}"#, nil), ("{}", nil),
            (#"{"1": {"content": "<|endoftext|>"}}"#, "added_tokens_decoder.1"),
            (#"{"0": {"content": "<|endoftext|>"}, "2048": {"content": "<|im_start|>"}}"#, "added_tokens_decoder.2048"),
            (#"{"2": {"content": "!"}}"#, "added_tokens_decoder.2"), (#"{"x": {"content": "<|endoftext|>"}}"#, "added_tokens_decoder.x"),
            (#"{"2048": 7}"#, "added_tokens_decoder.2048"), ("[]", "added_tokens_decoder"),
        ] as [(String, String?)])
    func configuredTokens(decoder: String, refused: String?) throws {
        let folder = try TemporaryFolder()
        for name in ["vocab.json", "merges.txt"] { try folder.write(name, try Fixture.data(Fixture.demoTokenizer.appending(name))) }
        let digest = try Tokenizer(folder: folder.path).digest
        try folder.write("tokenizer_config.json", "{\"add_prefix_space\": false, \"added_tokens_decoder\": \(decoder)}")
        guard let refused else {
            #expect(try Tokenizer(folder: folder.path).digest == digest)
            return
        }
        let error = try #require(throws: CorpusError.self) { try Tokenizer(folder: folder.path) }
        #expect(error.message.contains("tokenizer_config.json: \(refused) "))
    }

    @Test("the digest tells one added token from two whose texts look like it")
    func digestOfAddedTokens() throws {
        func definition(_ tokens: [(Int32, String)]) -> TokenizerDefinition {
            TokenizerDefinition(
                spellings: ["a"], merges: [],
                addedTokens: tokens.map { AddedToken(id: $0.0, content: Array($0.1.utf8), isSpecial: false, isNormalized: false) },
                ignoresMerges: false)
        }
        let one = TokenizerDigest.digest(of: definition([(1, "x\n2 false false y")]), matchesSpecialTokens: false)
        let two = TokenizerDigest.digest(of: definition([(1, "x"), (2, "y")]), matchesSpecialTokens: false)
        let three = TokenizerDigest.digest(of: definition([(1, "x\n2 false false 1 y")]), matchesSpecialTokens: false)
        #expect(Set([one, two, three]).count == 3)
    }

    @Test("a folder without tokenizer files says which it needs")
    func missing() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CorpusError.self) { try Tokenizer(folder: folder.path) }
        try folder.write("vocab.json", "{}")
        #expect(throws: CorpusError.self) { try Tokenizer(folder: folder.path) }
        #expect(throws: CorpusError.self) { try Tokenizer(folder: "/no/such/folder") }
    }

    @Test("the pair of files: blank lines and line ends of Windows are let through, anything else is named by line")
    func merges() throws {
        let folder = try TemporaryFolder()
        try folder.write("vocab.json", try Fixture.data(Fixture.demoTokenizer.appending("vocab.json")))
        let merges = String(decoding: try Fixture.data(Fixture.demoTokenizer.appending("merges.txt")), as: UTF8.self)
        try folder.write("merges.txt", merges.replacingOccurrences(of: "\n", with: "\r\n") + "\r\n\r\n")
        #expect(try Tokenizer(folder: folder.path).digest == Tokenizer(folder: Fixture.demoTokenizer).digest)
        try folder.write("merges.txt", "#version: 0.2\nt h\nt h e\n")
        #expect(
            throws: CorpusError.brokenTokenizer(
                path: folder.path.appending("merges.txt").string, field: "line 3", reason: "is no pair of tokens")
        ) {
            try Tokenizer(folder: folder.path)
        }
        try folder.write("merges.txt", "#version: 0.2\nt h\n")
        try folder.write("added_tokens.json", "{\"<|other|>\": 2048}")
        #expect(throws: CorpusError.self) { try Tokenizer(folder: folder.path) }
        try folder.write("added_tokens.json", "{\"<|endoftext|>\": 0}")
        #expect(try Tokenizer(folder: folder.path).encode("the").count == 2)
        try folder.write("tokenizer_config.json", "{\"add_prefix_space\": true}")
        #expect(throws: CorpusError.self) { try Tokenizer(folder: folder.path) }
    }
}
