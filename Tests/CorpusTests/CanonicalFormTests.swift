import Testing

@testable import Corpus

/// `TokenizerParityTests` holds the tokens of far more text against `tokenizers`.
@Suite("Canonical composition")
struct CanonicalFormTests {
    private func composed(_ text: String) -> String? {
        Array(text.utf8).withUnsafeBufferPointer { CanonicalForms.shared.composed($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private func scalars(_ text: String?) -> [UInt32]? { text.map { $0.unicodeScalars.map(\.value) } }

    @Test(
        "text that is composed already is left where it is",
        arguments: ["", "plain text", "caf\u{E9} \u{1E69}", "\u{4F60}\u{597D}", "\u{AC01}", "\u{1F600}", "x\u{1DF6}", "\u{915}\u{93F}"])
    func unchanged(text: String) {
        // Where a scalar could change, the run around it is put together again: the text may come back, but never another one.
        #expect(scalars(composed(text)) ?? scalars(text) == scalars(text))
    }

    @Test("letters and marks are ordered and joined, whatever stands around them")
    func joined() {
        #expect(scalars(composed("cafe\u{301}s")) == scalars("caf\u{E9}s"))
        #expect(scalars(composed("s\u{307}\u{323}")) == scalars("\u{1E69}"))
        #expect(scalars(composed("\u{E9}\u{327}")) == scalars("\u{229}\u{301}"))
        #expect(scalars(composed("\u{212B}")) == scalars("\u{C5}"))
        #expect(scalars(composed("\u{958}")) == scalars("\u{915}\u{93C}"))
        #expect(scalars(composed("\u{1112}\u{1161}\u{11AB}")) == scalars("\u{D55C}"))
        #expect(scalars(composed("\u{D558}\u{11AB}\u{11AB}")) == scalars("\u{D55C}\u{11AB}"))
        #expect(scalars(composed("a\u{334}\u{327}\u{301} b")) == scalars("\u{E1}\u{334}\u{327} b"))
    }

    @Test("a megabyte of marks is put in order without delay")
    func manyMarks() throws {
        let text = "a" + String(repeating: "\u{301}\u{323}", count: 250_000)
        let found = try #require(composed(text))
        // One mark of each class joins the letter; below goes before above.
        #expect(found.unicodeScalars.first == "\u{1EA1}" && found.unicodeScalars.count == 500_000)
        #expect(found.unicodeScalars.dropFirst().prefix(249_999).allSatisfy { $0 == "\u{323}" })
    }
}
