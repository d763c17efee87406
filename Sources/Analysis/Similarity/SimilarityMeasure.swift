/// How alike two layers are, over all their neurons at once.
///
/// x and y are the centred activations of the two layers over the same tokens, `[tokens, neurons]` each; Σxx, Σyy and Σxy are their
/// covariances, ρ the correlations of a neuron of the one with a neuron of the other. Where the signs of columns are arbitrary, ρ and cosines
/// of single columns count by their size.
public enum SimilarityMeasure: String, Codable, CaseIterable, Hashable, Sendable {
    /// Linear centred kernel alignment, ‖Σxy‖² / (‖Σxx‖ ‖Σyy‖) in Frobenius norms: 1 where one layer is the other, turned and scaled as a
    /// whole.
    case cka
    /// Procrustes similarity, the sum of Σxy's singular values over √(tr Σxx · tr Σyy): 1 less half the square of the least distance
    /// between the layers, each scaled to length 1 as a whole, when one of them may be turned.
    case procrustes
    /// The mean canonical correlation, over as many directions as the layer with fewer has: 1 where each layer is a linear function of the
    /// other.
    case cca
    /// The share of a layer's variance that a linear function of the other one explains, both ways.
    case regression
    /// The mean ρ of pairs of neurons when each has one partner at most, in the assignment for which that is largest.
    case assignment
    /// The mean of the neurons' largest ρ, averaged over both ways.
    case softMatching = "soft-matching"
    /// The mean of the neurons' largest cosines, as the activations are and not centred: both ways, averaged over them, and how many neurons
    /// have the same best partner by cosine and by ρ.
    case cosine

    /// Whether the layers' eigenvectors are needed, of which only those count that have a share of the variance.
    public var needsBasis: Bool { self == .cca || self == .regression }

    /// Whether single columns are matched, so that the signs of their correlations count unless they are arbitrary.
    public var matchesColumns: Bool { self == .assignment || self == .softMatching || self == .cosine }
}
