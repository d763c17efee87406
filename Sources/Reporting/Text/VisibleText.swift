/// Text of a corpus with its invisible characters made visible: ↵ ⇥ · and, between ⟨ and ⟩, names and codes.
///
/// Control characters are shown by their name (⟨NUL⟩, ⟨ESC⟩); directional overrides, which could turn the text around them, zero-width
/// characters and the replacement character by their code. Unicode's control pictures would be shorter, but most fixed-width fonts lack
/// them and draw boxes.
enum VisibleText {
    /// The names of U+0000 to U+001F; nil for form feed, whose FF reads like a byte of a token.
    private static let controls: [String?] = [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", nil, "CR", "SO", "SI",
        "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
    ]

    /// The sign that stands for a scalar, or `nil` for one that is visible by itself.
    static func sign(for scalar: Unicode.Scalar, marksSpaces: Bool) -> String? {
        switch scalar {
        case "\n": "↵"
        case "\t": "⇥"
        case " ": marksSpaces ? "·" : nil
        case "\u{0}"..."\u{1F}": controls[Int(scalar.value)].map { "⟨\($0)⟩" } ?? code(scalar)
        case "\u{7F}": "⟨DEL⟩"
        case "\u{A0}": marksSpaces ? "⍽" : nil
        case "\u{200D}", "\u{FE00}"..."\u{FE0F}": marksSpaces ? code(scalar) : nil
        case "\u{80}"..."\u{9F}", "\u{AD}", "\u{61C}", "\u{115F}", "\u{1160}", "\u{180E}", "\u{200B}"..."\u{200F}",
            "\u{2028}"..."\u{202E}", "\u{2060}"..."\u{206F}", "\u{3164}", "\u{FEFF}", "\u{FFA0}", "\u{FFF0}"..."\u{FFFF}",
            "\u{E0000}"..."\u{E0FFF}":
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
