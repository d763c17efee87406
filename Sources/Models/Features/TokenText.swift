/// The decoded text of one token with the views of it that predicates ask for.
///
/// Everything is about Unicode scalars, not characters: a token may be half a character, and then its text holds U+FFFD where the
/// bytes are not valid UTF-8. Those scalars are neither letters nor symbols here.
public struct TokenText: Sendable {
    /// The scalars of the decoded token.
    public let scalars: [Unicode.Scalar]
    /// The scalars without surrounding white space.
    public let stripped: [Unicode.Scalar]
    /// The stripped scalars in lower case (each scalar's full mapping, no rules of context).
    public let lowered: [Unicode.Scalar]
    /// `stripped` as a string, for comparison with names.
    public let exact: String
    /// `lowered` as a string, for comparison with words.
    public let word: String
    /// What the stripped scalars are, taken together.
    let kinds: ScalarKind
    /// What each stripped scalar is.
    let kind: [ScalarKind]
    /// Whether the token is one that stands for no text, such as the end of a document; no predicate on text holds for it.
    public let isSpecial: Bool

    /// - Parameters:
    ///   - decoded: the token's text, decoded lossily; empty text is allowed.
    ///   - isSpecial: whether the token stands for no text; its name is then not looked at.
    public init(_ decoded: String, isSpecial: Bool = false) {
        self.isSpecial = isSpecial
        scalars = isSpecial ? [] : Array(decoded.unicodeScalars)
        let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        let start = scalars.firstIndex { !isBlank($0) } ?? scalars.endIndex
        let end = scalars.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
        stripped = Array(scalars[start..<end])
        lowered = stripped.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
        exact = String(String.UnicodeScalarView(stripped))
        word = String(String.UnicodeScalarView(lowered))
        kind = stripped.map { ScalarKind($0) }
        kinds = kind.reduce([]) { $0.union($1) }
    }

    /// Whether the token is white space and nothing else; an empty token is not.
    public var isBlank: Bool { stripped.isEmpty && !scalars.isEmpty }

    /// Whether the stripped text consists of letters (with their marks); at least one.
    var isAlphabetic: Bool { kinds.contains(.letter) && isMade(of: [.letter, .mark]) }

    /// Whether the stripped text consists of decimal digits; at least one.
    var isDecimal: Bool { !stripped.isEmpty && kind.allSatisfy { $0.contains(.decimal) } }

    /// The value of a decimal text, leading zeros aside; values beyond a billion are not told apart.
    var decimalValue: Int? {
        guard isDecimal else { return nil }
        return stripped.reduce(0) { min($0 * 10 + Int($1.properties.numericValue ?? 0), 1_000_000_000) }
    }

    /// Whether every stripped scalar is of one of the kinds.
    private func isMade(of allowed: ScalarKind) -> Bool {
        kind.allSatisfy { !$0.isDisjoint(with: allowed) }
    }

    /// Whether the token begins with something other than white space, so that it goes on where the token before it ended.
    var startsWithoutSpace: Bool {
        guard let first = scalars.first else { return false }
        return !first.properties.isWhitespace
    }

    /// Whether the token begins with a blank (U+0020), the mark of a new word in byte-level vocabularies.
    var startsWithSpace: Bool { scalars.first == " " }

    /// What the first stripped scalar is.
    var firstKind: ScalarKind { kind.first ?? [] }

    func contains(_ scalar: Unicode.Scalar) -> Bool { scalars.contains(scalar) }

    /// Whether the lower-cased stripped text begins with `prefix`.
    func hasPrefix(_ prefix: [Unicode.Scalar]) -> Bool { lowered.starts(with: prefix) }

    /// Whether the lower-cased stripped text ends with `suffix`.
    func hasSuffix(_ suffix: [Unicode.Scalar]) -> Bool {
        lowered.count >= suffix.count && lowered[(lowered.count - suffix.count)...].elementsEqual(suffix)
    }
}
