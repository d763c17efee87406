/// Which top examples of a neuron are kept, and with how much text around them.
///
/// ```yaml
/// examples: {count: 10, before: 16, after: 8}
/// ```
public struct ExampleSettings: Codable, Hashable, Sendable {
    /// How many tokens with the highest activation are kept for a neuron, 0...1,000.
    public var count: Int = 10
    /// Tokens of context before the token, 0...4,096.
    public var before: Int = 16
    /// Tokens of context after it, 0...4,096.
    public var after: Int = 8

    /// The defaults: ten examples with 16 tokens before and 8 after.
    public init() {}
}
