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
    /// Which combination of a tagger's labels each token has, `[rows, context]`; nil where no tagger was asked.
    public let labels: [Int32]?

    /// Rows with their indices and domains.
    ///
    /// - Precondition: There is a domain for each index, and `context` tokens, and as many labels where there are any.
    public init(context: Int, indices: [Int], domains: [Int], tokens: [Int32], labels: [Int32]? = nil) {
        precondition(domains.count == indices.count && tokens.count == indices.count * context)
        precondition(labels.map { $0.count == tokens.count } != false)
        self.labels = labels
        self.context = context
        self.indices = indices
        self.domains = domains
        self.tokens = tokens
    }

    /// How many rows there are.
    public var count: Int { indices.count }

    /// Calls `body` with a row, as a source sees it; its memory is valid during the call only.
    func withRow<Result>(_ row: Int, _ body: (TokenRow) throws -> Result) throws -> Result {
        let range = row * context..<(row + 1) * context
        return try tokens.withUnsafeBufferPointer { tokens in
            func call(_ labels: UnsafeBufferPointer<Int32>?) throws -> Result {
                try body(
                    TokenRow(
                        index: indices[row], domain: domains[row], tokens: UnsafeBufferPointer(rebasing: tokens[range]), labels: labels))
            }
            guard let labels else { return try call(nil) }
            return try labels.withUnsafeBufferPointer { try call(UnsafeBufferPointer(rebasing: $0[range])) }
        }
    }

    /// The first `count` rows.
    public func prefix(_ count: Int) -> ShardRows {
        ShardRows(
            context: context, indices: Array(indices.prefix(count)), domains: Array(domains.prefix(count)),
            tokens: Array(tokens.prefix(count * context)), labels: labels.map { Array($0.prefix(count * context)) })
    }
}
