import Analysis

/// An answer as it lies in a run's folder, and the state of the run that it is of.
public struct KeptAnswer<Summary: PredictionSummary>: Sendable {
    /// The answer.
    public let summary: Summary
    /// The neurons that were asked about.
    public let neurons: Set<NeuronPlace>
    /// Of which state of the run it is; nil where it is the same in each.
    public let state: AnswerState?
    /// Raw tokens that the run was planned to read when it was asked; nil where it is the same in each state, and where nobody knows.
    public let runTokens: Int?

    /// An answer, with what is known of it.
    public init(_ summary: Summary, about neurons: Set<NeuronPlace> = [], of state: AnswerState? = nil, runTokens: Int? = nil) {
        (self.summary, self.neurons, self.state, self.runTokens) = (summary, neurons, state, runTokens)
    }

    /// Whether it is shown in the place of another answer to the same question: that of the run as it is now, or else of its latest state; of
    /// one state that over most tokens.
    func isShown(before other: KeptAnswer) -> Bool { other.rank.lexicographicallyPrecedes(rank) }

    private var rank: [Int] {
        [state == .current ? 1 : 0, state == .provisional ? 0 : 1, runTokens ?? -1, summary.tokens]
    }

    /// The cells of `run_tokens` and `state`.
    var cells: [TableCell] { [runTokens.map(TableCell.integer) ?? .empty, state.map { .text($0.rawValue) } ?? .empty] }
}
