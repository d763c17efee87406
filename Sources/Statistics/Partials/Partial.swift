/// Partial sufficient statistics in memory: exact sums of blocks, and sections beside them, over some shards.
public struct Partial: Sendable {
    /// The blocks' sums, at most one for each block and stratum.
    public let blocks: [BlockSums]
    /// The examples, at most one list for each group and stratum.
    public let examples: [ExampleSums]

    /// The sections of a task.
    public init(blocks: [BlockSums], examples: [ExampleSums]) {
        self.blocks = blocks
        self.examples = examples
    }
}
