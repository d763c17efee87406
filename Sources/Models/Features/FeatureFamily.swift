/// The families that a feature, and a neuron that it explains, belongs to (Universal Neurons in GPT2 Language Models, arXiv 2401.12181, section 4).
public enum FeatureFamily: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
    /// The token is one string, in any case or spacing.
    case unigram
    /// The token is a single letter, in any case or spacing.
    case alphabet
    /// Something about the token before this one.
    case previousToken = "previous token"
    /// Where in the row the token stands.
    case position
    /// Form and grammar: white space, punctuation, digits, morphology, parts of speech.
    case syntax
    /// Meaning and context: topic, language, domain.
    case semantic

    /// How narrowly the family describes a token; of two features with the same tokens the more specific one keeps its name.
    var specificity: Int {
        switch self {
        case .alphabet: 3
        case .unigram: 2
        case .semantic: 1
        case .syntax, .previousToken, .position: 0
        }
    }
}
