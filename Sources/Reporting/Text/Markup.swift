import Mustache

/// Text made safe for HTML and XML, scalar by scalar.
///
/// The template engine's own escaping goes by grapheme clusters, so a quotation mark with a combining accent after it would get
/// through; it is replaced by this one.
struct Markup: MustacheContentType {
    /// The name under which templates ask for this escaping.
    static let contentType = "SCALARS"

    func escapeText(_ text: String) -> String { Self.escaped(text) }

    /// A sentence, escaped, with what stands between backquotes as code: commands to copy, keys of a configuration.
    static func sentence(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).map { escaped(String($0)) }
        // A backquote without its second is a backquote.
        guard parts.count % 2 == 1 else { return escaped(text) }
        return parts.enumerated().map { $0.offset % 2 == 1 ? "<code>\($0.element)</code>" : $0.element }.joined()
    }

    /// `text` with the five characters of markup replaced, and what XML does not allow as U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        result.reserveCapacity(text.unicodeScalars.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n", "\r": result.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
