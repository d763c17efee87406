import Analysis

/// How far a run is on its way to a small standard error: its error, and the tokens that it has and could have.
public struct ErrorStanding: Hashable, Sendable {
    /// The standard error of the universal fraction; nil where a replicate is empty. One that is smaller than the resolution is the
    /// resolution.
    public let standardError: Double?
    /// The smallest error that the replicates can show: one neuron in one of them.
    public let resolution: Double
    /// How the error fell with counted tokens so far.
    public let convergence: Convergence
    /// Counted tokens.
    public let countedTokens: Int
    /// Windows of the draw that the budget takes, and of the whole corpus.
    public let windows, corpusWindows: Int
    /// Raw tokens of a window, and of the whole corpus.
    public let windowTokens, corpusTokens: Int
    /// Groups of windows that the jackknife leaves out: window w belongs to group w modulo their number.
    public let replicates: Int

    /// A standing.
    public init(
        standardError: Double?, resolution: Double, convergence: Convergence, countedTokens: Int, windows: Int, corpusWindows: Int,
        windowTokens: Int, corpusTokens: Int, replicates: Int
    ) {
        self.standardError = standardError
        self.resolution = resolution
        self.convergence = convergence
        self.countedTokens = countedTokens
        self.windows = windows
        self.corpusWindows = corpusWindows
        self.windowTokens = windowTokens
        self.corpusTokens = corpusTokens
        self.replicates = replicates
    }

    /// The standing that an analysis has found.
    public init(_ outcome: AnalysisOutcome) {
        let corpus = outcome.plan.numbers.corpus
        self.init(
            standardError: outcome.summary.standardError.reliable, resolution: outcome.summary.errorResolution ?? 0,
            convergence: outcome.result.convergence, countedTokens: outcome.summary.tokens, windows: outcome.plan.windows,
            corpusWindows: corpus.windows, windowTokens: corpus.windowTokens, corpusTokens: corpus.rows * corpus.context,
            replicates: corpus.replicates)
    }

    /// By what the tokens have to be multiplied for a standard error, as far as the convergence tells; nil where it does not.
    func growth(forStandardError error: Double) -> Double? {
        guard countedTokens > 0, let needed = convergence.tokens(forStandardError: error) else { return nil }
        return Double(needed) / Double(countedTokens)
    }
}
