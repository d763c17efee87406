/// What the results of an incomplete run do without: which of the plan's shards are missing, and in which blocks.
public struct Incompleteness: Codable, Sendable, Equatable {
    /// Things that follow one another in the plan, both ends included.
    public struct Span: Codable, Sendable, Equatable {
        /// The index of the first.
        public var first: Int
        /// The index of the last.
        public var last: Int

        /// From the first to the last.
        public init(_ first: Int, _ last: Int) {
            self.first = first
            self.last = last
        }
    }

    /// Blocks that lack the same shards.
    public struct Gap: Codable, Sendable, Equatable {
        /// The blocks.
        public var blocks: Span
        /// The shards that they lack, ascending.
        public var shards: [Span]

        /// Blocks without shards.
        public init(blocks: Span, shards: [Span]) {
            self.blocks = blocks
            self.shards = shards
        }
    }

    /// Shards of the plan.
    public var shardsPlanned: Int
    /// Those that every block has.
    public var shardsComplete: Int
    /// Blocks of the plan.
    public var blocks: Int
    /// What is missing, ascending by block.
    public var missing: [Gap]
    /// Counted tokens of the block that has fewest.
    public var leastTokens: Int
    /// Counted tokens of the block that has most.
    public var mostTokens: Int

    enum CodingKeys: String, CodingKey {
        case blocks, missing
        case shardsPlanned = "shards_planned"
        case shardsComplete = "shards_complete"
        case leastTokens = "least_tokens"
        case mostTokens = "most_tokens"
    }

    /// What is missing of a plan.
    public init(shardsPlanned: Int, shardsComplete: Int, blocks: Int, missing: [Gap], leastTokens: Int, mostTokens: Int) {
        self.shardsPlanned = shardsPlanned
        self.shardsComplete = shardsComplete
        self.blocks = blocks
        self.missing = missing
        self.leastTokens = leastTokens
        self.mostTokens = mostTokens
    }

    /// The shards that a block lacks, ascending.
    public func shards(missingIn block: Int) -> [Span] {
        missing.first { ($0.blocks.first...$0.blocks.last).contains(block) }?.shards ?? []
    }

    /// What is missing where blocks have tokens and lack shards.
    ///
    /// - Parameters:
    ///   - shards: the plan's, by index, ascending.
    ///   - lacking: the places in `shards` that each block lacks, ascending, `[blocks]`.
    ///   - tokens: counted tokens, `[blocks]`.
    /// - Returns: nil where no block lacks a shard.
    public init?(shards: [Int], lacking: [[Range<Int>]], tokens: [Int]) {
        guard lacking.contains(where: { !$0.isEmpty }) else { return nil }
        var isComplete = Array(repeating: true, count: shards.count)
        var missing: [(blocks: Span, places: [Range<Int>])] = []
        for (block, places) in lacking.enumerated() where !places.isEmpty {
            if let last = missing.indices.last, missing[last].blocks.last == block - 1, missing[last].places == places {
                missing[last].blocks.last = block
            } else {
                missing.append((Span(block, block), places))
                for place in places.joined() { isComplete[place] = false }
            }
        }
        self.init(
            shardsPlanned: shards.count, shardsComplete: isComplete.count { $0 }, blocks: lacking.count,
            missing: missing.map { blocks, places in
                Gap(blocks: blocks, shards: places.map { Span(shards[$0.lowerBound], shards[$0.upperBound - 1]) })
            }, leastTokens: tokens.min() ?? 0, mostTokens: tokens.max() ?? 0)
    }
}
