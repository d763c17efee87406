/// The neurons of one layer as partners of those of another one, or of the same: for each of these neurons the best.
///
/// A neuron is no partner of itself. One with a weight of 0 has none under that weight.
public struct LayerNeighbours: Hashable, Sendable {
    /// The largest cosine, for each of ``VectorPairing/allCases``.
    public internal(set) var highest: [BestPartners]
    /// The smallest cosine, for each of them.
    public internal(set) var lowest: [BestPartners]
    /// The largest product of the cosine of the inputs and that of the outputs, of partners for which both are negative.
    public internal(set) var antipodes: BestPartners
    /// The same of partners for which both are positive.
    public internal(set) var duplicates: BestPartners

    /// The largest cosine under a pairing.
    func highest(_ pairing: VectorPairing) -> BestPartners { highest[Self.place(pairing)] }
    /// The smallest cosine under a pairing.
    func lowest(_ pairing: VectorPairing) -> BestPartners { lowest[Self.place(pairing)] }

    private static func place(_ pairing: VectorPairing) -> Int { VectorPairing.allCases.firstIndex(of: pairing) ?? 0 }

    /// Those of several runs of neurons, one after another.
    static func concatenating(_ parts: [LayerNeighbours]) -> LayerNeighbours {
        func joined(_ column: (LayerNeighbours) -> BestPartners) -> BestPartners { .concatenating(parts.map(column)) }
        let pairings = VectorPairing.allCases.indices
        return LayerNeighbours(
            highest: pairings.map { place in joined { $0.highest[place] } }, lowest: pairings.map { place in joined { $0.lowest[place] } },
            antipodes: joined(\.antipodes), duplicates: joined(\.duplicates))
    }
}
