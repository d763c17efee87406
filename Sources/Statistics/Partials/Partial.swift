/// Partial sufficient statistics in memory: exact sums of blocks, and sections beside them, over some shards.
public struct Partial: Sendable {
    /// The blocks' sums, at most one for each block and stratum.
    public let blocks: [BlockSums]
    /// The examples, at most one list for each group and stratum.
    public let examples: [ExampleSums]
    /// The moments of pre-activations, at most one for each group and stratum.
    public let moments: [MomentSums]
    /// The tokens of highest activation, at most one list for each group and stratum.
    public let tokens: [TokenMaximumSums]
    /// The sums by token, at most one for each group and stratum.
    public let means: [TokenSums]

    /// The sections of a task.
    public init(
        blocks: [BlockSums], examples: [ExampleSums], moments: [MomentSums] = [], tokens: [TokenMaximumSums] = [], means: [TokenSums] = []
    ) {
        self.blocks = blocks
        self.examples = examples
        self.moments = moments
        self.tokens = tokens
        self.means = means
    }
}
