import Analysis
import Storage

/// Which pairs of columns a screened run follows, as the plan knows it.
public struct PlannedScreening: Hashable, Codable, Sendable {
    /// Windows of the draw that the pilot takes, whatever the budget.
    public let pilotWindows: Int
    /// Candidates of each neuron; nil where their confidence bounds decided.
    public let candidates: Int?
    /// The confidence of these bounds.
    public let confidence: Double
    /// The content hash of the candidates; nil in a draft.
    public var digest: Digest?

    /// What a configuration asks for; a draft.
    init(_ settings: ScreeningSettings, windowTokens: Int, replicates: Int) {
        pilotWindows = settings.pilotWindows(windowTokens: windowTokens, replicates: replicates)
        candidates = settings.candidates
        confidence = settings.confidence
    }

    /// The rule that candidates were chosen by.
    var rule: CandidateRule { CandidateRule(count: candidates, confidence: confidence) }
}
