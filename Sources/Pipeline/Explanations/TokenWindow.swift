/// A run of tokens in a row of the corpus.
struct TokenWindow: Hashable, Sendable {
    /// The corpus's row.
    let row: Int
    /// The position of the first token in the row.
    let first: Int
    /// How many tokens there are.
    let count: Int

    /// The position behind the last token.
    var end: Int { first + count }

    /// Whether the windows have a token of the corpus in common.
    func overlaps(_ other: TokenWindow) -> Bool { row == other.row && first < other.end && other.first < end }
}
