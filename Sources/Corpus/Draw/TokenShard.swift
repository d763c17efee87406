/// One shard of the draw: the rows of one task, all of one stratum.
///
/// It knows where its rows are in the draw and not which they are: the shards of a plan take the same memory whatever the corpus's size.
public struct TokenShard: Sendable, Hashable, Codable {
    /// Place in the plan: window · domains + domain.
    public let index: Int
    /// The stratum that the shard's numbers are kept in: (window modulo replicates) · domains + domain.
    public let stratum: Int
    /// The window of the draw that it comes from.
    public let window: Int
    /// The domain of all its rows, where domains are strata; nil otherwise.
    public let domain: Int?
    /// How many rows it has, 1 or more.
    public let rowCount: Int
    /// Tokens a row.
    public let context: Int
    /// The order that its window is cut from.
    let draw: Draw
    /// The positions of its window.
    let positions: Range<Int>

    /// Raw tokens, before any mask.
    public var tokens: Int { rowCount * context }

    /// Its rows of the corpus, in draw order.
    ///
    /// - Parameter domainOfRow: the domain of a row of the corpus; asked only where domains are strata.
    public func rows(domainOfRow: (_ row: Int) throws -> Int) rethrows -> [Int] {
        let rows = positions.map(draw.row(at:))
        guard let domain else { return rows }
        return try rows.filter { try domainOfRow($0) == domain }
    }

    /// Its rows of a packed corpus, in draw order.
    public func rows(in corpus: PackedCorpus) -> [Int] { rows(domainOfRow: corpus.domain(ofRow:)) }
}
