/// How many raw tokens of the draw a run takes: a number, rounded up to whole shards, or all.
public enum TokenBudget: Hashable, Sendable {
    /// What `init(parsing:)` understands, for messages.
    public static let expected = TokenCount.expected(or: word)
    private static let word = "all"

    /// Every row of the corpus.
    case all
    /// So many raw tokens (the mask comes later), rounded up to whole shards.
    case tokens(Int)

    /// Reads `all` or a number such as `10_000_000`, `100k`, `100M`, `1B`.
    ///
    /// - Throws: `PipelineError.invalidQuantity` for anything else, negative numbers, zero and numbers above `TokenCount.limit`.
    public init(parsing text: String) throws {
        self = try TokenCount.number(in: text, or: Self.word).map(Self.tokens) ?? .all
    }
}

extension TokenBudget: Comparable {
    /// A smaller number before a larger one, and `all` behind every number.
    public static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.tokens(let left), .tokens(let right)): left < right
        case (.tokens, .all): true
        case (.all, _): false
        }
    }
}

extension TokenBudget: CustomStringConvertible {
    /// `all` or the number; `init(parsing:)` reads it back.
    public var description: String {
        switch self {
        case .all: Self.word
        case .tokens(let count): "\(count)"
        }
    }
}

extension TokenBudget: Codable {
    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: String(from: decoder))
    }

    /// Writes the budget as the text that `init(parsing:)` reads.
    public func encode(to encoder: any Encoder) throws {
        try description.encode(to: encoder)
    }
}
