import Analysis
import Storage

/// Which results a side of a comparison has: those of a run, or those that a table was exported of.
struct ResultsOrigin {
    /// The identity of the run's plan.
    let plan: Digest
    /// The plan's budget in raw tokens.
    let budget: Int
    /// SHA-256 of the run's statistics.
    let statisticsSHA256: String
    /// Counted tokens.
    let tokens: Int
    /// The content hash of the model whose neurons these are.
    let reference: Digest?
    /// What the results do without; nil for complete ones.
    let incomplete: Incompleteness?

    /// That of a run.
    init(_ run: ComparedRun) {
        plan = run.plan.identity
        budget = run.plan.tokens
        statisticsSHA256 = run.summary.statisticsSHA256
        tokens = run.summary.tokens
        reference = run.reference?.digest
        incomplete = run.summary.incomplete
    }

    /// That of a table of an export.
    init(_ export: ExportOrigin) {
        plan = export.plan
        budget = export.budget
        statisticsSHA256 = export.statisticsSHA256
        tokens = export.tokens
        reference = export.reference
        incomplete = export.incomplete
    }
}
