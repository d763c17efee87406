extension FeatureCatalogue {
    /// What the whole token is made of.
    ///
    /// Trap: the authors' tests look at the token with its leading blank in some places and without it in others; here every test but
    /// white space looks at the stripped text. A symbol is what is neither letter, mark nor number; U+FFFD is none (a part of a
    /// character tells nothing about it), it has a feature of its own among the scripts.
    static let types: [TokenFeature] = [
        TokenFeature("all white space", .syntax) { $0.isBlank },
        TokenFeature("all caps", .syntax) { text in
            text.stripped.count > 1 && text.kinds.contains(.upperCase) && text.kinds.isDisjoint(with: [.lowerCase, .titleCase])
        },
        TokenFeature("all lower case", .syntax) { text in
            text.kinds.contains(.lowerCase) && text.kinds.isDisjoint(with: [.upperCase, .titleCase])
        },
        TokenFeature("all alphabetic", .syntax) { $0.isAlphabetic },
        TokenFeature("all decimal", .syntax) { $0.isDecimal },
        TokenFeature("has a non-alphanumeric character", .syntax) { text in
            text.kinds.contains(.other) || text.kinds.contains(.currency) || text.kinds.contains(.whiteSpace)
        },
    ]
}
