/// How much a report shows.
public struct ReportOptions: Sendable, Hashable {
    /// With fewer universal neurons than this, the strongest others fill the table up to this many rows.
    public var enough: Int
    /// The most rows of the table.
    public var limit: Int
    /// Examples of a neuron.
    public var examples: Int

    /// Tokens at each end of a neuron's effect on the vocabulary.
    public var tokens: Int
    /// Neurons of each role.
    public var strongest: Int
    /// Named members of each family.
    public var members: Int
    /// Neurons with curves of what fixing their activations does.
    public var responses: Int
    /// Pairs of a neuron and a head.
    public var pairs: Int
    /// Rows of each table of changed predictions.
    public var predictions: Int

    /// 500 rows of five examples and sixteen tokens each make a page of about 2 MB.
    public init(
        enough: Int = 50, limit: Int = 500, examples: Int = 5, tokens: Int = 8, strongest: Int = 10, members: Int = 40,
        responses: Int = 8, pairs: Int = 20, predictions: Int = 40
    ) {
        self.tokens = tokens
        self.strongest = strongest
        self.members = members
        self.responses = responses
        self.pairs = pairs
        self.predictions = predictions
        self.enough = enough
        self.limit = limit
        self.examples = examples
    }
}
