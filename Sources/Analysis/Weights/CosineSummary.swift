/// What is kept of some neurons' cosines with all tokens of a vocabulary.
public struct CosineSummary: Sendable {
    /// The tokens at both ends, and the histogram; partners are tokens.
    public let tokens: PartnerTable
    /// The moments over the vocabulary, `[neurons]`.
    public let moments: [CosineMoments]

    /// How many neurons there are.
    public var neurons: Int { moments.count }
}
