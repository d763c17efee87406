/// What a Unicode scalar is, as far as predicates on tokens ask.
struct ScalarKind: OptionSet, Sendable {
    let rawValue: UInt16

    /// General category L.
    static let letter = ScalarKind(rawValue: 1 << 0)
    /// General category M: belongs to the letter before it (vowel signs, accents).
    static let mark = ScalarKind(rawValue: 1 << 1)
    /// General category N.
    static let number = ScalarKind(rawValue: 1 << 2)
    /// A digit of any script, superscripts included.
    static let digit = ScalarKind(rawValue: 1 << 3)
    /// General category Nd: a digit of a positional system.
    static let decimal = ScalarKind(rawValue: 1 << 4)
    static let upperCase = ScalarKind(rawValue: 1 << 5)
    static let lowerCase = ScalarKind(rawValue: 1 << 6)
    /// General category Lt (ǅ).
    static let titleCase = ScalarKind(rawValue: 1 << 7)
    static let whiteSpace = ScalarKind(rawValue: 1 << 8)
    static let currency = ScalarKind(rawValue: 1 << 9)
    /// U+FFFD: where the token's bytes are only a part of a character.
    static let replacement = ScalarKind(rawValue: 1 << 10)
    /// Nothing of the above: punctuation, symbols, control characters.
    static let other = ScalarKind(rawValue: 1 << 11)

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(_ scalar: Unicode.Scalar) {
        if scalar == "\u{FFFD}" {
            self = .replacement
            return
        }
        let properties = scalar.properties
        if properties.isWhitespace {
            self = .whiteSpace
            return
        }
        switch properties.generalCategory {
        case .uppercaseLetter: self = [.letter, .upperCase]
        case .lowercaseLetter: self = [.letter, .lowerCase]
        case .titlecaseLetter: self = [.letter, .titleCase]
        case .modifierLetter, .otherLetter: self = .letter
        case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
        case .decimalNumber: self = [.number, .digit, .decimal]
        case .letterNumber, .otherNumber: self = properties.numericType == .digit ? [.number, .digit] : .number
        case .currencySymbol: self = .currency
        default: self = .other
        }
    }
}
