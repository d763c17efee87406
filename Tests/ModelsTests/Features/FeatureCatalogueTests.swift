import Testing

@testable import Models

@Suite("Feature catalogue")
struct FeatureCatalogueTests {
    @Test("the features hold for the demo's tokens that the reference script says")
    func demoVocabulary() throws {
        let texts = try FeatureFixtures.demoVocabulary().map { TokenText($0) }
        let expected = try FeatureFixtures.demo().features
        #expect(expected.count > 200)
        for (name, tokens) in expected {
            let holding = FeatureFixtures.holding(name, texts)
            let found = try #require(holding, "\(name)")
            #expect(found == tokens, "\(name)")
        }
    }

    @Test("the features hold for the nasty texts that the reference script says")
    func nastyTexts() throws {
        let strings = try FeatureFixtures.strings()
        let texts = strings.bytes.map { TokenText(FeatureFixtures.text(hex: $0)) }
        for (name, indices) in strings.features {
            let holding = FeatureFixtures.holding(name, texts)
            let found = try #require(holding, "\(name)")
            let difference = Set(found).symmetricDifference(indices).map { strings.bytes[$0] }
            #expect(difference.isEmpty, "\(name)")
        }
    }

    @Test("no two features have the same name")
    func uniqueNames() {
        let names = FeatureCatalogue.tokenFeatures.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.count > 300)
    }

    @Test("an empty token has no feature")
    func emptyToken() {
        let text = TokenText("")
        #expect(FeatureCatalogue.tokenFeatures.filter { $0.predicate(text) }.map(\.name) == [])
    }

    @Test("a special token has no feature but that it is special, whatever its name looks like")
    func specialToken() {
        let text = TokenText("<|endoftext|>", isSpecial: true)
        #expect(FeatureCatalogue.tokenFeatures.filter { $0.predicate(text) }.map(\.name) == ["special token"])
        #expect(FeatureFixtures.holding("special token", [TokenText("<|endoftext|>")]) == [])
    }

    @Test("white space of any kind is white space and nothing that needs a character")
    func whiteSpace() {
        for string in [" ", "\n", "\r\n", "\t\t", "\u{A0}", "\u{3000}"] {
            let text = TokenText(string)
            let names = Set(FeatureCatalogue.tokenFeatures.filter { $0.predicate(text) }.map(\.name))
            #expect(names.subtracting(["space", "contains newline", "contains tab", "contains two blanks"]) == ["all white space"])
        }
    }

    @Test("a part of a character is neither letter nor symbol")
    func partOfCharacter() {
        let text = TokenText(String(decoding: [0xE4, 0xB8] as [UInt8], as: UTF8.self))
        let names = FeatureCatalogue.tokenFeatures.filter { $0.predicate(text) }.map(\.name)
        #expect(names == ["part of a character", "no space"])
    }

    @Test(
        "scripts are told apart by their blocks",
        arguments: [
            ("é", "accented Latin"), ("λόγος", "Greek"), (" Москва", "Cyrillic"), ("שלום", "Hebrew"), ("سلام", "Arabic"),
            ("नमस्ते", "Indic"), ("ไทย", "Thai"), ("カナ", "kana"), ("中文", "Han"), ("한국", "Hangul"), ("😀", "emoji"), ("─", "box or block"),
            ("→", "mathematical sign"), ("’s", "typographic mark"),
        ])
    func script(_ string: String, _ script: String) {
        let text = TokenText(string)
        let scripts = FeatureCatalogue.tokenFeatures.filter { $0.name.hasPrefix("script ") && $0.predicate(text) }.map(\.name)
        #expect(scripts == ["script \(script)"])
    }

    @Test("word lists are lower-case ASCII without a word twice")
    func wordLists() {
        for (topic, list) in FeatureCatalogue.topicWords {
            let words = list.split(whereSeparator: \.isWhitespace)
            #expect(Set(words).count == words.count, "\(topic): \(Dictionary(grouping: words) { $0 }.filter { $1.count > 1 }.keys)")
            #expect(list == list.lowercased() && list.utf8.allSatisfy { $0 < 0x80 }, "\(topic)")
        }
    }

    @Test("units are whole words, pronouns leave out US and IT")
    func traps() {
        func holds(_ name: String, _ string: String) -> Bool { FeatureFixtures.holding(name, [TokenText(string)]) == [0] }
        #expect(holds("length unit", " miles"))
        #expect(!holds("length unit", " smile"))
        #expect(holds("time unit", "Years"))
        #expect(!holds("time unit", " sixty"))
        #expect(holds("pronoun object", " us"))
        #expect(!holds("pronoun object", " US"))
        #expect(holds("US state abbreviation", " IN"))
        #expect(!holds("US state abbreviation", " in"))
        #expect(holds("website suffix", ".io"))
        #expect(!holds("website suffix", "io"))
        #expect(!holds("starts with digit", " a1"))
        #expect(holds("starts with digit", " 3d"))
    }
}
