/// Which models are compared with each other.
public enum PairSelection: String, Codable, Hashable, Sendable, CaseIterable {
    /// The first model with each other one.
    case reference
    /// Every model with every model before it.
    case all
}
