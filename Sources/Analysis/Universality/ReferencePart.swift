/// What a column group says about the reference model's neurons beyond the pair's summary: maxima over sets of replicates, of the
/// correlations as they are and of the rotated ones, and cross-fitted partners.
struct ReferencePart: Equatable, Sendable {
    /// Counted tokens of each replicate, as many as the poorest of the group's blocks has.
    let tokens: [Int]
    /// The largest correlation of each neuron with a neuron of the group over each set of replicates, `[sets, neurons]`.
    let maxima: [Float]
    /// The same with the group rotated, `[matrices, sets, neurons]`.
    let rotatedMaxima: [Float]
    /// The group's partner that the even replicates choose, and that the odd ones choose. Empty when a half is empty.
    let crossfit: [CrossfitChoice]
}
