/// The draw cut into windows of equal length, and these into shards.
///
/// Window w is the positions `w · windowRows ..< min((w + 1) · windowRows, rows)` of the draw. Without domain strata it is one shard.
/// With them it gives one shard for each domain that has rows in it, of whatever length. Windows of a short beginning of the draw are those
/// of a longer one, so that a raised budget adds shards and changes none.
public struct DrawWindows: Sendable, Hashable, Codable {
    /// The order of the rows.
    public let draw: Draw
    /// Rows a window, 1 or more.
    public let windowRows: Int
    /// Windows go round-robin into this many replicates, 1 or more.
    public let replicates: Int
    /// Domains that are kept apart; 1 without domain strata.
    public let domainCount: Int

    /// - Parameters:
    ///   - domainStrata: the corpus's number of domains where they are strata, nil where they are not.
    public init(draw: Draw, windowRows: Int, replicates: Int, domainStrata: Int? = nil) {
        precondition(windowRows > 0 && replicates > 0 && domainStrata ?? 1 > 0, "counts of 1 or more")
        self.draw = draw
        self.windowRows = windowRows
        self.replicates = replicates
        domainCount = domainStrata ?? 1
        separatesDomains = domainStrata != nil
    }

    /// Whether a window gives one shard a domain.
    public let separatesDomains: Bool

    /// Windows of the whole draw.
    public var count: Int { (draw.rows + windowRows - 1) / windowRows }

    /// Strata that shards can have.
    public var strata: Int { replicates * domainCount }

    /// The positions of the draw in a window.
    public func positions(ofWindow window: Int) -> Range<Int> {
        precondition((0..<count).contains(window), "a window outside the draw")
        return window * windowRows..<min((window + 1) * windowRows, draw.rows)
    }

    /// The least number of windows that hold `tokens` raw tokens, or all there are.
    public func windows(forTokens tokens: Int, context: Int) -> Int {
        let window = windowRows * context
        return min(count, tokens / window + (tokens % window == 0 ? 0 : 1))
    }

    /// The shards of a window, by domain.
    ///
    /// - Parameters:
    ///   - context: tokens a row.
    ///   - domain: the domain of a row of the corpus; asked only where domains are strata.
    public func shards(ofWindow window: Int, context: Int, domain: (_ row: Int) throws -> Int) rethrows -> [TokenShard] {
        let positions = positions(ofWindow: window)
        guard separatesDomains else {
            return [
                TokenShard(
                    index: window, stratum: window % replicates, window: window, domain: nil, rowCount: positions.count, context: context,
                    draw: draw, positions: positions)
            ]
        }
        var counts: [Int: Int] = [:]
        for position in positions { counts[try domain(draw.row(at: position)), default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { domain, count in
            TokenShard(
                index: window * domainCount + domain, stratum: (window % replicates) * domainCount + domain, window: window, domain: domain,
                rowCount: count, context: context, draw: draw, positions: positions)
        }
    }

    /// The shards of a window of a packed corpus.
    public func shards(ofWindow window: Int, in corpus: PackedCorpus) -> [TokenShard] {
        shards(ofWindow: window, context: corpus.context, domain: corpus.domain(ofRow:))
    }
}
