/// The summary of a pair of models in both directions (the authors' files, SPEC 11).
public struct PairSummary: Sendable {
    /// The earlier model; the reference, unless all pairs are compared.
    public var earlier: ModelShape
    /// The later model.
    public var later: ModelShape
    /// Each neuron of the earlier model against all of the later one.
    public var forward: PairDirection
    /// Each neuron of the later model against all of the earlier one.
    public var backward: PairDirection

    /// The pair's name in files, such as `a-b`.
    public var name: String { "\(earlier.id)-\(later.id)" }
}
