/// How a random rotation of a layer is drawn.
public enum RotationKind: String, Codable, Sendable, CaseIterable {
    /// Rows of independent normal deviates, each scaled to length 1: random directions that are not orthogonal to each other, as in the
    /// paper's code.
    case gaussian
    /// A uniformly distributed (Haar) orthogonal matrix.
    case orthogonal
}
