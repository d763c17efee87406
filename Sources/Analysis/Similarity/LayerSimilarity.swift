/// How alike two layers are, by each measure that was asked for; nil for the others, and where a layer has no variance at all.
public struct LayerSimilarity: Hashable, Codable, Sendable {
    /// Linear CKA, from 0 to 1.
    public var cka: Double?
    /// Procrustes similarity, from 0 to 1.
    public var procrustes: Double?
    /// The mean canonical correlation, from 0 to 1.
    public var cca: Double?
    /// The share of the second layer's variance that the first one explains, from 0 to 1.
    public var explainedOfColumns: Double?
    /// The share of the first layer's variance that the second one explains, from 0 to 1.
    public var explainedOfRows: Double?
    /// The mean correlation of the best assignment, from −1 to 1; from 0 where signs are arbitrary.
    public var assignment: Double?
    /// Soft matching, from −1 to 1; from 0 where signs are arbitrary.
    public var softMatching: Double?
    /// The mean of the first layer's largest cosines, one for each neuron, from −1 to 1; from 0 where signs are arbitrary.
    public var cosineOfRows: Double?
    /// The mean of the second layer's largest cosines.
    public var cosineOfColumns: Double?
    /// Soft matching by cosines: the mean of the two.
    public var cosineMatching: Double?
    /// The share of the first layer's neurons whose best partner by cosine is the one by ρ, of those that vary.
    public var samePartnerOfRows: Double?
    /// The same share of the second layer's neurons.
    public var samePartnerOfColumns: Double?

    /// Of nothing known yet.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case cka, procrustes, cca, assignment
        case explainedOfColumns = "r2_ab"
        case explainedOfRows = "r2_ba"
        case softMatching = "soft_matching"
        case cosineOfRows = "cosine_ab"
        case cosineOfColumns = "cosine_ba"
        case cosineMatching = "cosine_matching"
        case samePartnerOfRows = "same_partner_ab"
        case samePartnerOfColumns = "same_partner_ba"
    }

    /// The figures under the names of their columns, in the table's order.
    public var figures: [(name: String, value: Double?)] {
        [
            ("cka", cka), ("procrustes", procrustes), ("cca", cca), ("r2_ab", explainedOfColumns), ("r2_ba", explainedOfRows),
            ("assignment", assignment), ("soft_matching", softMatching), ("cosine_ab", cosineOfRows), ("cosine_ba", cosineOfColumns),
            ("cosine_matching", cosineMatching), ("same_partner_ab", samePartnerOfRows), ("same_partner_ba", samePartnerOfColumns),
        ]
    }

    /// These figures without those for which the layers' eigenvectors are needed.
    public var withoutDirections: LayerSimilarity {
        var others = self
        (others.cca, others.explainedOfColumns, others.explainedOfRows) = (nil, nil, nil)
        return others
    }

    /// These figures without those that depend on whether the signs of columns count.
    public var withoutMatches: LayerSimilarity {
        var others = self
        (others.assignment, others.softMatching) = (nil, nil)
        (others.cosineOfRows, others.cosineOfColumns, others.cosineMatching) = (nil, nil, nil)
        (others.samePartnerOfRows, others.samePartnerOfColumns) = (nil, nil)
        return others
    }

    /// These figures, and where one is not known the other's.
    public func completed(by other: LayerSimilarity) -> LayerSimilarity {
        var all = self
        all.cka = cka ?? other.cka
        all.procrustes = procrustes ?? other.procrustes
        all.cca = cca ?? other.cca
        all.explainedOfColumns = explainedOfColumns ?? other.explainedOfColumns
        all.explainedOfRows = explainedOfRows ?? other.explainedOfRows
        all.assignment = assignment ?? other.assignment
        all.softMatching = softMatching ?? other.softMatching
        all.cosineOfRows = cosineOfRows ?? other.cosineOfRows
        all.cosineOfColumns = cosineOfColumns ?? other.cosineOfColumns
        all.cosineMatching = cosineMatching ?? other.cosineMatching
        all.samePartnerOfRows = samePartnerOfRows ?? other.samePartnerOfRows
        all.samePartnerOfColumns = samePartnerOfColumns ?? other.samePartnerOfColumns
        return all
    }
}
