/// How many of its strongest examples a neuron keeps, and how much of the text around them.
///
/// ```yaml
/// examples: {count: 10, before: 16, after: 8}
/// ```
public struct ExampleSettings: Hashable, Codable, Sendable {
    /// Examples kept for each neuron of the reference model; 0 keeps none.
    public var count: Int
    /// Tokens of the window before the example's token.
    public var before: Int
    /// Tokens of the window after it.
    public var after: Int

    /// Settings; the defaults are those of every configuration that says nothing else.
    public init(count: Int = 10, before: Int = 16, after: Int = 8) {
        self.count = count
        self.before = before
        self.after = after
    }

    /// Tokens of a window, the example's own included.
    public var window: Int { before + 1 + after }
}
