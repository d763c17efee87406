/// Text of a corpus with its invisible characters made visible: ↵ ⇥ · and control pictures.
///
/// Directional overrides, which could turn the text around them, and zero-width characters are shown by their code.
enum VisibleText {
    /// The sign that stands for a scalar, or `nil` for one that is visible by itself.
    static func sign(for scalar: Unicode.Scalar, marksSpaces: Bool) -> String? {
        switch scalar {
        case "\n": "↵"
        case "\r": "␍"
        case "\t": "⇥"
        case " ": marksSpaces ? "·" : nil
        case "\u{0}"..."\u{1F}": Unicode.Scalar(0x2400 + scalar.value).map { String($0) }
        case "\u{7F}": "␡"
        case "\u{A0}": marksSpaces ? "⍽" : nil
        case "\u{200D}", "\u{FE00}"..."\u{FE0F}": marksSpaces ? code(scalar) : nil
        case "\u{80}"..."\u{9F}", "\u{AD}", "\u{61C}", "\u{115F}", "\u{1160}", "\u{180E}", "\u{200B}"..."\u{200F}",
            "\u{2028}"..."\u{202E}", "\u{2060}"..."\u{206F}", "\u{3164}", "\u{FEFF}", "\u{FFA0}", "\u{FFF0}"..."\u{FFFB}", "\u{FFFE}",
            "\u{FFFF}", "\u{E0000}"..."\u{E0FFF}":
            code(scalar)
        default: nil
        }
    }

    private static func code(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        return "⟨U+\(String(repeating: "0", count: max(0, 4 - hex.count)))\(hex)⟩"
    }

    /// HTML: signs are marked up, everything else is escaped. At most `limit` scalars, cut at the end or, `fromEnd`, at the start.
    static func markup(_ text: String, marksSpaces: Bool = false, limit: Int = .max, fromEnd: Bool = false) -> String {
        let scalars = text.unicodeScalars
        let isCut = scalars.count > limit
        let kept = isCut ? (fromEnd ? Substring.UnicodeScalarView(scalars.suffix(limit)) : scalars.prefix(limit)) : scalars[...]
        var result = isCut && fromEnd ? "…" : ""
        var plain = String.UnicodeScalarView()
        for scalar in kept {
            if let sign = sign(for: scalar, marksSpaces: marksSpaces) {
                result += Markup.escaped(String(plain))
                plain = String.UnicodeScalarView()
                result += "<i>\(sign)</i>"
            } else {
                plain.append(scalar)
            }
        }
        result += Markup.escaped(String(plain))
        return isCut && !fromEnd ? result + "…" : result
    }

    /// Plain text on one line, for terminals, titles and cells: no control character gets through. At most `limit` scalars.
    static func plain(_ text: String, limit: Int = .max) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return result + "…" }
            if let sign = sign(for: scalar, marksSpaces: false) { result += sign } else { result.unicodeScalars.append(scalar) }
            count += 1
        }
        return result
    }

    /// Text of several lines, for a `pre` element: line breaks and tabs stay, other control characters are shown. At most 65,536 scalars.
    static func multiline(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(65_536) {
            if scalar != "\n", scalar != "\t", let sign = sign(for: scalar, marksSpaces: false) {
                result += sign
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
