/// What a column group says about one pair of models: its model and an earlier one.
struct PairPart: Equatable, Sendable {
    /// The earlier model.
    let earlier: String
    /// About the earlier model's neurons; partners are the group's neurons.
    let rows: PartnerTable
    /// Σρ, Σρ², Σρ³, Σρ⁴ of each of them, `[earlier neurons, 4]`.
    let rowSums: [Double]
    /// About the group's neurons; partners are all neurons of the earlier model.
    let columns: PartnerTable
    /// The same of each of them, `[columns, 4]`.
    let columnSums: [Double]
    /// The correlation of each neuron of the group with the earlier model's neuron of the same index; NaN where there is none.
    let sameIndex: [Float]
    /// With the earlier model's neuron whose index is one less.
    let previousIndex: [Float]
    /// With the earlier model's neuron whose index is one more.
    let nextIndex: [Float]
    /// The earlier model's neurons without variance.
    let zeroVariance: [Int32]
}
