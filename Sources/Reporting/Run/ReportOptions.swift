/// How much a report shows.
public struct ReportOptions: Sendable, Hashable {
    /// With fewer universal neurons than this, the strongest others fill the table up to this many rows.
    public var enough: Int
    /// The most rows of the table.
    public var limit: Int
    /// Examples of a neuron.
    public var examples: Int

    /// 500 rows of five examples each make a page of about 1.5 MB.
    public init(enough: Int = 50, limit: Int = 500, examples: Int = 5) {
        self.enough = enough
        self.limit = limit
        self.examples = examples
    }
}
