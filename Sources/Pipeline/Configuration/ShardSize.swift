/// How many raw tokens a shard holds.
public enum ShardSize: Hashable, Sendable {
    /// What `init(parsing:)` understands, for messages.
    public static let expected = TokenCount.expected(or: word)
    private static let word = "auto"

    /// The planner chooses: so that sending and folding cost little, that there are few thousand, and at most budget / (2 · replicates).
    case automatic
    /// So many raw tokens, rounded up to whole rows.
    case tokens(Int)

    /// Reads `auto` or a number such as `65_536` or `100k`.
    ///
    /// - Throws: `PipelineError.invalidQuantity` for anything else, negative numbers, zero and numbers above `TokenCount.limit`.
    public init(parsing text: String) throws {
        self = try TokenCount.number(in: text, or: Self.word).map(Self.tokens) ?? .automatic
    }
}

extension ShardSize: CustomStringConvertible {
    /// `auto` or the number; `init(parsing:)` reads it back.
    public var description: String {
        switch self {
        case .automatic: Self.word
        case .tokens(let count): "\(count)"
        }
    }
}

extension ShardSize: Codable {
    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: String(from: decoder))
    }

    /// Writes the size as the text that `init(parsing:)` reads.
    public func encode(to encoder: any Encoder) throws {
        try description.encode(to: encoder)
    }
}
