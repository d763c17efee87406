extension FeatureCatalogue {
    /// How the token begins.
    ///
    /// "Space" is the blank U+0020 that opens a word in byte-level vocabularies; "no space" is anything that is not white space, so a
    /// token that begins with a newline is neither. Vowels and consonants are the 26 letters, y a consonant. Trap: the authors'
    /// "starts with a digit" holds for tokens that are decimal throughout; here it is the first stripped character.
    static let starts: [TokenFeature] = [
        TokenFeature("starts with vowel", .syntax) { $0.lowered.first.map(vowels.contains) == true },
        TokenFeature("starts with consonant", .syntax) { text in
            guard let first = text.lowered.first, ("a"..."z").contains(first) else { return false }
            return !vowels.contains(first)
        },
        TokenFeature("starts with digit", .syntax) { $0.firstKind.contains(.digit) },
        TokenFeature("starts with capital", .syntax) { $0.firstKind.contains(.upperCase) },
        TokenFeature("no space", .syntax) { $0.startsWithoutSpace },
        TokenFeature("no space and letter", .syntax) { $0.startsWithoutSpace && $0.firstKind.contains(.letter) },
        TokenFeature("no space and digit", .syntax) { $0.startsWithoutSpace && $0.firstKind.contains(.digit) },
        TokenFeature("no space and capital", .syntax) { $0.startsWithoutSpace && $0.firstKind.contains(.upperCase) },
        TokenFeature("no space and lower case", .syntax) { $0.startsWithoutSpace && $0.firstKind.contains(.lowerCase) },
        TokenFeature("space", .syntax) { $0.startsWithSpace },
        TokenFeature("space and letter", .syntax) { text in
            text.startsWithSpace && text.scalars.count > 1 && ScalarKind(text.scalars[1]).contains(.letter)
        },
    ]

    private static let vowels = Set("aeiou".unicodeScalars)
}
