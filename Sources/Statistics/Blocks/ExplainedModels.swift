/// Of which models each neuron is compared with features.
public enum ExplainedModels: String, Codable, Hashable, Sendable, CaseIterable {
    /// Of the run's reference.
    case reference
    /// Of every model.
    case all
}
