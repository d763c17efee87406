import Storage

/// The corpus and the draw as the plan knows them.
public struct PlannedCorpus: Hashable, Codable, Sendable {
    /// The content hash of the packed rows.
    public let digest: Digest
    /// Rows of the corpus.
    public let rows: Int
    /// Tokens of a row.
    public let context: Int
    /// Token ids are below this.
    public let vocabulary: Int
    /// The domains' names.
    public let domains: [String]
    /// Token ids that do not count.
    public let mask: [Int32]
    /// The seed of the draw.
    public let seed: UInt64
    /// Rows of a window of the draw: a shard, or one for each domain.
    public let windowRows: Int
    /// Groups of shards that the jackknife leaves out one at a time.
    public let replicates: Int
    /// Whether each domain is a stratum of its own.
    public let separatesDomains: Bool

    /// How many domains divide a replicate.
    public var strataDomains: Int { separatesDomains ? domains.count : 1 }
    /// How many strata there are.
    public var strata: Int { replicates * strataDomains }
    /// Raw tokens of a window.
    public var windowTokens: Int { windowRows * context }
    /// Windows of the whole corpus.
    public var windows: Int { (rows + windowRows - 1) / windowRows }
    /// Shards of the whole corpus at most: a domain need not have rows in every window.
    public var shards: Int {
        let (shards, overflow) = windows.multipliedReportingOverflow(by: strataDomains)
        return overflow ? .max : shards
    }

    /// Raw tokens that a shard has at most: those of its window.
    public func tokens(ofShard shard: Int) -> Int {
        guard (0..<shards).contains(shard) else { return 0 }
        return min(windowRows, rows - shard / strataDomains * windowRows) * context
    }
}
