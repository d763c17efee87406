import Kernels
import Storage

extension StoreSnapshot {
    /// The SHA-256s of the decoded integers of some blocks: for each block, in the order given, each stratum in order.
    ///
    /// A block and stratum without any shard contributes the checksum of no bytes.
    ///
    /// - Parameter progress: called after each block and stratum; may throw to stop.
    /// - Throws: `StatisticsError`.
    public func digests(
        of blocks: [Block], strata: Int, team: ThreadTeam, progress: @Sendable () throws -> Void = {}
    ) throws -> [Digest] {
        try team.map(blocks.count * strata) { item, _ in
            let key = SectionKey(kind: .block, index: blocks[item / strata].index, stratum: item % strata)
            var digest = Digest(of: [UInt8]())
            if let chosen = merges[key]?.chosen, chosen.count == 1 {
                // With one tile at a time in memory.
                digest = try chosen[0].reader.digest(of: chosen[0].entry, shape: shape)
            } else if case .block(let sums)? = try merges[key]?.merged(shape: shape) {
                digest = sums.digest
            }
            try progress()
            return digest
        }
    }

    /// The one number that two runs agree in exactly when all of their statistics do: the SHA-256 of the list of SHA-256s of the decoded
    /// integers, one for each block in plan order and, within it, each stratum in order.
    ///
    /// - Parameter progress: called after each block and stratum; may throw to stop.
    /// - Throws: `StatisticsError`.
    public func digest(strata: Int, team: ThreadTeam, progress: @Sendable () throws -> Void = {}) throws -> Digest {
        Digest(ofStatistics: try digests(of: shape.layout.blocks, strata: strata, team: team, progress: progress))
    }
}

extension Digest {
    /// The digest of a run's statistics.
    ///
    /// - Parameter sections: the digest of each block and stratum, in plan order.
    public init(ofStatistics sections: [Digest]) {
        var builder = DigestBuilder()
        for digest in sections { builder.update(digest.bytes) }
        self = builder.finalize()
    }
}
