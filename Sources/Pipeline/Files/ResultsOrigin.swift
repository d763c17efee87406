import Analysis
import Storage

/// Which results a table of neurons has: those of a run, or of the run that it was exported from.
public struct ResultsOrigin: Codable, Sendable, Equatable {
    /// The version of the program that read the results, or wrote the table.
    public var program: String
    /// The run's name.
    public var run: String
    /// The identity of the run's plan.
    public var plan: Digest
    /// The plan's budget in raw tokens, which its identity does not hold.
    public var budget: Int
    /// SHA-256 of the run's statistics, as in `summary.json`.
    public var statisticsSHA256: String
    /// Counted tokens.
    public var tokens: Int
    /// The content hash of the model whose neurons these are; nil where the plan does not have it.
    public var reference: Digest?
    /// What the results do without; nil for complete ones.
    public var incomplete: Incompleteness?

    enum CodingKeys: String, CodingKey {
        case program, run, plan, budget, tokens, reference, incomplete
        case statisticsSHA256 = "statistics_sha256"
    }
}

extension ResultsOrigin {
    /// That of a run's results.
    ///
    /// - Parameters:
    ///   - summary: the run's figures.
    ///   - reference: the model whose neurons these are.
    init(_ summary: RunSummary, of plan: RunPlan, reference: PlannedModel?) {
        self.init(
            program: ProgramVersion.current, run: summary.name, plan: plan.identity, budget: plan.tokens,
            statisticsSHA256: summary.statisticsSHA256, tokens: summary.tokens, reference: reference?.digest,
            incomplete: summary.incomplete)
    }
}
