import Testing

@testable import Reporting

@Suite("Text from outside")
struct VisibleTextTests {
    @Test("markup is escaped scalar by scalar, so that a combining accent hides nothing")
    func escaping() {
        #expect(Markup.escaped("<script>&\"'") == "&lt;script&gt;&amp;&quot;&#39;")
        #expect(Markup.escaped("\"\u{301} onload=") == "&quot;\u{301} onload=")
        #expect(Markup.escaped("<\u{338}b") == "&lt;\u{338}b")
        #expect(Markup.escaped("\u{0}\u{1B}\u{FFFF}") == "\u{FFFD}\u{FFFD}\u{FFFD}")
    }

    @Test("what stands between backquotes in a sentence is code, and a lone backquote is itself")
    func sentences() {
        #expect(Markup.sentence("see `a <b>` and `c`.") == "see <code>a &lt;b&gt;</code> and <code>c</code>.")
        #expect(Markup.sentence("a ` b & c") == "a ` b &amp; c")
    }

    @Test("white space, control and directional characters become visible")
    func signs() {
        #expect(VisibleText.markup("a\n\tb") == "a<i>↵</i><i>⇥</i>b")
        #expect(VisibleText.markup(" x ", marksSpaces: true) == "<i>·</i>x<i>·</i>")
        #expect(VisibleText.markup("\u{1B}[31m") == "<i>⟨ESC⟩</i>[31m")
        #expect(VisibleText.markup("\u{202E}abc") == "<i>⟨U+202E⟩</i>abc")
        #expect(VisibleText.markup("\u{FEFF}<b>") == "<i>⟨U+FEFF⟩</i>&lt;b&gt;")
        #expect(VisibleText.plain("x\ny\u{7}\u{9B}") == "x↵y⟨BEL⟩⟨U+009B⟩")
    }

    @Test("every control character and the replacement character has a sign of its own, of characters that fixed-width fonts have")
    func controls() throws {
        let scalars = try (Array(0x0...0x1F) + Array(0x7F...0x9F) + [0xFFFD]).map { try #require(Unicode.Scalar(UInt32($0))) }
        let signs = try scalars.map { try #require(VisibleText.sign(for: $0, marksSpaces: false)) }
        #expect(Set(signs).count == signs.count)
        let used = signs.joined().unicodeScalars
        #expect(!used.contains { (0x2400...0x243F).contains($0.value) || $0.properties.generalCategory == .control })
        // A token that is a part of a character is shown by its bytes, in two hexadecimal digits each.
        #expect(!signs.contains("⟨FF⟩"))
        #expect(VisibleText.markup("\u{0}\u{4}\u{C}\u{7F}\u{85}") == "<i>⟨NUL⟩</i><i>⟨EOT⟩</i><i>⟨U+000C⟩</i><i>⟨DEL⟩</i><i>⟨U+0085⟩</i>")
        #expect(VisibleText.markup("a\u{FFFD}") == "a<i>⟨U+FFFD⟩</i>")
    }

    @Test("an emoji of several scalars stays whole in running text")
    func emoji() {
        #expect(VisibleText.markup("👩‍👩‍👧") == "👩‍👩‍👧")
    }

    @Test("long text is cut at the end that is further from the token")
    func cutting() {
        #expect(VisibleText.markup("abcdef", limit: 3) == "abc…")
        #expect(VisibleText.markup("abcdef", limit: 3, fromEnd: true) == "…def")
        #expect(VisibleText.plain("abcdef", limit: 3) == "abc…")
        #expect(VisibleText.markup("abc", limit: 3) == "abc")
    }

    @Test("several lines keep their breaks and nothing else that is invisible")
    func multiline() {
        #expect(VisibleText.multiline("a: 1\n\tb: \u{1B}2\r\n") == "a: 1\n\tb: ⟨ESC⟩2⟨CR⟩\n")
    }
}
