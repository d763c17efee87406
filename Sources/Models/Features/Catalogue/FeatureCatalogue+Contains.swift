extension FeatureCatalogue {
    /// Characters in the token: punctuation above all.
    static let contains: [TokenFeature] =
        singleCharacters.map { name, scalar in TokenFeature("contains \(name)", .syntax) { $0.contains(scalar) } } + [
            anyOf("contains closing bracket", ")]}>"),
            anyOf("contains opening bracket", "([{<"),
            anyOf("contains operator", "+-*/=<>"),
            TokenFeature("contains currency sign", .syntax) { $0.kinds.contains(.currency) },
            sequence("contains double dollar", "$$"),
            sequence("contains two blanks", "  "),
        ]

    /// The paper's characters, and those that code and mark-up live by: the end of a line, the tab, `=`, `<`, `>`, `*`, `#` and so on.
    private static let singleCharacters: [(name: String, scalar: Unicode.Scalar)] = [
        ("full stop", "."), ("comma", ","), ("exclamation mark", "!"), ("question mark", "?"), ("semicolon", ";"), ("colon", ":"),
        ("hyphen", "-"), ("slash", "/"), ("backslash", "\\"), ("underscore", "_"), ("caret", "^"), ("apostrophe", "'"),
        ("quotation mark", "\""), ("right parenthesis", ")"), ("left parenthesis", "("), ("right square bracket", "]"),
        ("left square bracket", "["), ("right brace", "}"), ("left brace", "{"), ("dollar", "$"), ("newline", "\n"), ("tab", "\t"),
        ("equals sign", "="), ("less-than sign", "<"), ("greater-than sign", ">"), ("asterisk", "*"), ("hash", "#"), ("at sign", "@"),
        ("ampersand", "&"), ("percent sign", "%"), ("plus sign", "+"), ("vertical bar", "|"), ("tilde", "~"), ("backquote", "`"),
    ]

    private static func anyOf(_ name: String, _ characters: String) -> TokenFeature {
        let set = Set(characters.unicodeScalars)
        return TokenFeature(name, .syntax) { $0.scalars.contains(where: set.contains) }
    }

    private static func sequence(_ name: String, _ pair: String) -> TokenFeature {
        let wanted = Array(pair.unicodeScalars)
        return TokenFeature(name, .syntax) { text in
            text.scalars.count >= wanted.count
                && (0...(text.scalars.count - wanted.count)).contains { text.scalars[$0...].starts(with: wanted) }
        }
    }
}
