import Analysis

/// A standard error of the universal fraction that a run shall reach by more tokens.
///
/// The error of an average over independent text falls with the square root of the tokens; so the error that a run has tells how many
/// tokens the wanted one needs. That estimate is itself uncertain (from four replicates by some 40 %), so the way there is taken in
/// steps, each of which is analysed.
///
///     let goal = ErrorGoal(standardError: 0.001, most: .tokens(400_000_000))
///     goal.step(from: ErrorStanding(outcome))     // .extend(tokens: 200_015_872)
public struct ErrorGoal: Hashable, Sendable {
    /// What comes after an analysis.
    public enum Step: Hashable, Sendable {
        /// The error is small enough.
        case reached
        /// The budget shall be so many raw tokens: whole shards, as many of each replicate where there are enough.
        case extend(tokens: Int)
        /// The error is still too large, and there are no more tokens, or none would help; why, for people.
        case exhausted(String)
    }

    /// The wanted standard error, above 0.
    public let standardError: Double
    /// The largest budget.
    public let most: TokenBudget

    /// A goal; without a largest budget the corpus is the limit.
    public init(standardError: Double, most: TokenBudget = .all) {
        self.standardError = standardError
        self.most = most
    }

    /// A step adds a quarter at least: an analysis takes as long however little was added.
    private static let leastGrowth = 1.25
    /// A step doubles the budget at most: an error from few replicates may be far too large by chance.
    private static let mostGrowth = 2.0

    /// What comes after an analysis. The same standing always gives the same step, so a run that was stopped between two steps takes those
    /// that it would have taken.
    public func step(from standing: ErrorStanding) -> Step {
        if let error = standing.standardError, error <= standardError { return .reached }
        // An error that no budget can show would cost the whole corpus.
        if StandardErrorFinding(standardError, resolution: standing.resolution).isBelowResolution {
            return .exhausted(
                "\(standing.replicates) replicates can show no error below \(Float(standing.resolution)), that of one neuron in one of them"
            )
        }
        let (limit, reason) = limit(for: standing)
        guard limit > standing.windows else { return .exhausted(reason) }
        let wanted = (Double(standing.windows) * growth(from: standing)).rounded(.up)
        // Within what a corpus has, which is far below an Int's end.
        let windows = wanted < Double(limit) ? Int(wanted) : limit
        let even = (windows + standing.replicates - 1) / standing.replicates * standing.replicates
        return .extend(tokens: min(min(even, limit) * standing.windowTokens, standing.corpusTokens))
    }

    /// By what the budget is multiplied.
    private func growth(from standing: ErrorStanding) -> Double {
        // Without an error, as some replicate is empty, nobody knows; more text fills it.
        guard let error = standing.standardError else { return Self.mostGrowth }
        let ratio = standing.growth(forStandardError: standardError) ?? (error / standardError) * (error / standardError)
        return min(max(ratio, Self.leastGrowth), Self.mostGrowth)
    }

    /// The most windows that a budget may have, and why no more.
    private func limit(for standing: ErrorStanding) -> (windows: Int, reason: String) {
        if case .tokens(let count) = most, count < standing.corpusTokens {
            return (count / standing.windowTokens, "a budget of at most \(count) tokens has room for no further shard")
        }
        return (standing.corpusWindows, "the corpus has no more")
    }
}
