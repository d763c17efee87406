import Analysis

/// How a screened run chooses its candidates.
public struct ScreeningSettings: Hashable, Codable, Sendable {
    /// The pilot in raw tokens, rounded up to whole shards, as many of each replicate. The noise of 200,000 tokens adds less than 0.001 to a
    /// baseline of GPT-2 small, and is a fiftieth of the spread between pairs of neurons.
    public var pilot = 200_000
    /// Candidates of each neuron; nil: as many as their confidence bounds ask for.
    public var candidates: Int?
    /// The confidence of these bounds.
    public var confidence = 0.999

    /// The settings of `precision: screening`.
    public init() {}

    /// The rule that candidates are chosen by.
    var rule: CandidateRule { CandidateRule(count: candidates, confidence: confidence) }

    /// Windows of the draw that the pilot takes: as many of each replicate.
    ///
    /// - Parameter windowTokens: raw tokens of a window.
    func pilotWindows(windowTokens: Int, replicates: Int) -> Int {
        let windows = max(1, (pilot + windowTokens - 1) / windowTokens)
        return (windows + replicates - 1) / replicates * replicates
    }
}

extension StatisticsPrecision {
    /// What a screened run's candidates are chosen by; nil where all pairs are kept.
    var screeningSettings: ScreeningSettings? { if case .screening(let settings) = self { settings } else { nil } }
}

extension Configuration {
    /// Whether only candidate partners are followed after a pilot.
    public var isScreened: Bool { precision.screeningSettings != nil }
}
