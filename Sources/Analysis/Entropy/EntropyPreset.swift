/// The paper's literal cuts, each for one kind of model.
public enum EntropyPreset: String, CaseIterable, Codable, Sendable {
    /// GPT-2 small.
    case small
    /// GPT-2 medium.
    case medium
    /// Pythia-160m.
    case pythia

    /// The cuts.
    public var cuts: EntropyCuts {
        switch self {
        case .small: EntropyCuts(firstLayer: 10, penalty: 3, variance: .infinity, kurtosis: 10, activationKurtosis: 10)
        case .medium: EntropyCuts(firstLayer: 22, penalty: 1, variance: 0.001, kurtosis: 8, activationKurtosis: 10)
        case .pythia: EntropyCuts(firstLayer: 10, penalty: 2, variance: 0.001, kurtosis: 7, activationKurtosis: .infinity)
        }
    }
}
