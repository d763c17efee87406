import Statistics

/// Counted tokens of each replicate, as many as the poorest of several blocks has.
///
/// Blocks of a complete run all count the same tokens. Of an incomplete one a replicate counts only with what every block has of it: where one
/// lacks it, leaving it out changes nothing there, and an error bar would come out too small.
struct PoorestBlock {
    /// `[replicates]`; empty before the first block.
    private(set) var tokens: [Int] = []

    /// Takes a block in; one without counts, which is not compared, changes nothing.
    mutating func add(_ counts: [Int]) {
        guard !counts.isEmpty else { return }
        tokens = tokens.isEmpty ? counts : zip(tokens, counts).map { min($0, $1) }
    }

    /// Takes a block in.
    mutating func add(_ block: Block, of statistics: some BlockStatistics, replicates: Int) throws {
        add(try (0..<replicates).map { try statistics.tokens(of: block, over: ReplicateSet([$0])) })
    }
}
