/// The best partner of each neuron of the reference in one other model.
public struct ModelMatches: Sendable {
    /// The other model.
    public var model: ModelShape
    /// The highest correlation, `[neurons]`; where signs are arbitrary the strongest, with its sign.
    public var best: [Float]
    /// The partner's index within the other model, `[neurons]`.
    public var partner: [Int32]
    /// Standard error of the highest correlation, of its size where signs are arbitrary, `[neurons]`; nil where there is none.
    public var bestStandardError: [Double]?
    /// The correlation of partners chosen on one half of the replicates and read on the other, averaged over both ways; nil where a half is
    /// empty.
    public var crossfit: [Float]?
}
