/// Which sources are compared with which.
public enum SourcePairing: String, Codable, Hashable, Sendable, CaseIterable {
    /// The first model against each other one.
    case reference
    /// Every model against every model before it.
    case all
}
