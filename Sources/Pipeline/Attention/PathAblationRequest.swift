import Analysis

/// Which paths from neurons to attention heads are to be ablated, over how many tokens.
public struct PathAblationRequest: Hashable, Sendable {
    /// An attention head of the reference.
    public struct Head: Hashable, Sendable {
        /// Its layer, and its number within it.
        public let layer, head: Int

        /// A head.
        public init(layer: Int, head: Int) { (self.layer, self.head) = (layer, head) }
    }

    /// Tokens that are read where nobody says how many.
    public static let usualTokens = 100_000
    /// Paths that are chosen where none is named.
    public static let usualPaths = 10

    /// The reference's neurons; empty: those with the largest scores.
    public var neurons: [NeuronPlace]
    /// The head; nil: for each neuron the one with the largest score.
    public var head: Head?
    /// Tokens that are read, rounded up to whole batches of rows; nil: ``usualTokens``, or all that there are.
    public var tokens: TokenBudget?
    /// How many paths are chosen where no neuron is named.
    public var paths: Int

    /// A request.
    public init(neurons: [NeuronPlace] = [], head: Head? = nil, tokens: TokenBudget? = nil, paths: Int = usualPaths) {
        self.neurons = neurons
        self.head = head
        self.tokens = tokens
        self.paths = paths
    }
}
