import Analysis

/// What a file of prompts has.
public struct WrittenPrompts: Codable, Sendable {
    /// The file.
    public let file: String
    /// Neurons, a line each.
    public let neurons: Int
    /// Windows that are shown, of all neurons.
    public let examples: Int
    /// Windows that are held out, of all neurons.
    public let heldOut: Int
    /// Rows of the corpus that were computed.
    public let rows: Int
    /// Neurons that were asked for and are active nowhere in what was computed.
    public let withoutExamples: [String]
    /// Whether tokens are text; without a tokenizer they are ids.
    public let hasText: Bool
    /// What the run's results do without: examples of missing shards are not among the windows; nil for complete results.
    public let incomplete: Incompleteness?
}
