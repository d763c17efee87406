/// The rows of one shard with their tokens: all that a worker needs of the corpus.
public struct ShardRows: Sendable {
    /// Tokens of a row.
    public let context: Int
    /// The rows' indices in the packed corpus, in the order of the draw.
    public let indices: [Int]
    /// The rows' domains.
    public let domains: [Int]
    /// The token ids, `[rows, context]`.
    public let tokens: [Int32]

    /// Rows with their indices and domains.
    ///
    /// - Precondition: There is a domain for each index, and `context` tokens.
    public init(context: Int, indices: [Int], domains: [Int], tokens: [Int32]) {
        precondition(domains.count == indices.count && tokens.count == indices.count * context)
        self.context = context
        self.indices = indices
        self.domains = domains
        self.tokens = tokens
    }

    /// How many rows there are.
    public var count: Int { indices.count }

    /// The first `count` rows.
    public func prefix(_ count: Int) -> ShardRows {
        ShardRows(
            context: context, indices: Array(indices.prefix(count)), domains: Array(domains.prefix(count)),
            tokens: Array(tokens.prefix(count * context)))
    }
}
