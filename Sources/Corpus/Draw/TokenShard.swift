/// One shard of the draw: the rows of one task, all of one stratum.
public struct TokenShard: Sendable, Hashable, Codable {
    /// Place in the plan: window · domains + domain.
    public let index: Int
    /// The stratum that the shard's numbers are kept in: (window modulo replicates) · domains + domain.
    public let stratum: Int
    /// The window of the draw that it comes from.
    public let window: Int
    /// The domain of all its rows, where domains are strata; nil otherwise.
    public let domain: Int?
    /// Rows of the corpus, in draw order; never empty.
    public let rows: [Int]
    /// Tokens a row.
    public let context: Int

    /// Raw tokens, before any mask.
    public var tokens: Int { rows.count * context }
}
