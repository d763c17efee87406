/// One of a neuron's strongest activations, with the text around it.
public struct Example: Hashable, Sendable {
    /// The raw activation after the nonlinearity.
    public let value: Float
    /// The row of the corpus.
    public let row: Int
    /// The position in the row.
    public let position: Int
    /// The tokens around it; `before` tokens, the token itself, `after` tokens, with -1 beyond the ends of the row.
    public let window: [Int32]

    /// An example as it was met in the corpus.
    public init(value: Float, row: Int, position: Int, window: [Int32]) {
        self.value = value
        self.row = row
        self.position = position
        self.window = window
    }
}
