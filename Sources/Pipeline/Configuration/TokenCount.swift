/// A positive number of tokens as people write it: `100k`, `1.5M`, `1B`, `10_000_000`.
public struct TokenCount: Hashable, Sendable {
    /// No corpus has more tokens; above it a number is a slip of the keyboard, and products with it could overflow.
    public static let limit = 1_000_000_000_000_000
    /// What `init(parsing:)` understands, for messages.
    public static let expected = "a whole number of tokens such as 10_000_000, 100k, 100M or 1B"

    /// The number of tokens, in 1...`limit`.
    public let value: Int

    /// Reads digits with optional underscores and fraction, then k (thousand), M (million), B (thousand million) or T, in either case.
    ///
    /// - Throws: `PipelineError.invalidQuantity` when the text is no whole number in 1...`limit`.
    public init(parsing text: String) throws {
        func invalid(_ reason: String) -> PipelineError {
            .invalidQuantity(value: text, reason: reason, expected: Self.expected)
        }
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits = digits.dropFirst() }
        var scale = 0  // decimal digits that the suffix adds
        if let suffix = digits.last, let digitsOfSuffix = ["k": 3, "m": 6, "b": 9, "t": 12][suffix.lowercased()] {
            scale = digitsOfSuffix
            digits = digits.dropLast()
        }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = (parts.first ?? "").filter { $0 != "_" }
        var fraction = parts.count == 2 ? parts[1].filter { $0 != "_" } : ""
        let isNumber = (whole + fraction).allSatisfy { $0.isASCII && $0.isNumber }
        guard isNumber, !whole.isEmpty, digits.first != "_", digits.last != "_", digits.last != "." else {
            throw invalid("is not a number of tokens")
        }
        guard !isNegative else { throw invalid("is negative") }
        while fraction.last == "0" { fraction.removeLast() }
        guard fraction.count <= scale else { throw invalid("is not a whole number of tokens") }
        let padded = whole + fraction + String(repeating: "0", count: scale - fraction.count)
        guard let value = Int(padded), value <= Self.limit else { throw invalid("is more tokens than any corpus has") }
        guard value > 0 else { throw invalid("is zero") }
        self.value = value
    }
}

extension TokenCount {
    /// What `number(in:or:)` understands, for messages.
    static func expected(or word: String) -> String { "\(expected), or \(word)" }

    /// The number that a text stands for; nil where it is the word that may stand in its place.
    ///
    /// - Throws: as `init(parsing:)`.
    static func number(in text: String, or word: String) throws -> Int? {
        guard text != word else { return nil }
        do {
            return try TokenCount(parsing: text).value
        } catch PipelineError.invalidQuantity(let value, let reason, _) {
            throw PipelineError.invalidQuantity(value: value, reason: reason, expected: expected(or: word))
        }
    }
}
