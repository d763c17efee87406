import Analysis
import Cluster
import Pipeline

/// A run whose budget is raised round by round until its standard error is small enough.
///
/// A round is the whole of `resume`: whatever stops it, the plan knows the budget that it was to reach, and the next call completes that.
struct RunUntilError {
    let run: ResumedRun
    let goal: ErrorGoal

    /// Goes on until the goal is reached, and prints what was found.
    ///
    /// - Throws: `PipelineError.standardErrorTooSmall` before anything is computed; `.standardErrorNotReached` where there are no more tokens.
    func go() throws {
        try goal.check(RunPlan.read(run.folder.plan), in: run.folder.path)
        let log = run.session.log
        let rounds = RunRounds()
        var budget: TokenBudget?
        for round in 1... {
            let step = try run.run(tokens: budget, rounds: rounds) { outcome in
                log.info("round \(round): \(found(outcome))")
                let step = goal.step(from: ErrorStanding(outcome))
                if case .extend = step {} else { rounds.end() }
                if step == .reached {
                    try run.session.finish(outcome, goal: reached(outcome, inRounds: round))
                } else {
                    try run.session.write(outcome)
                }
                if case .exhausted(let reason) = step {
                    throw PipelineError.standardErrorNotReached(
                        folder: run.folder.path, wanted: goal.standardError, found: outcome.summary.standardError,
                        tokens: outcome.plan.tokens, limit: reason)
                }
                return step
            }
            guard case .extend(let tokens) = step else { return }
            log.info("round \(round + 1): on to \(tokens) tokens")
            budget = .tokens(tokens)
        }
    }

    private func reached(_ outcome: AnalysisOutcome, inRounds rounds: Int) -> String {
        let way = rounds == 1 ? "reached already: no tokens were added" : "reached in \(AmountText.count(rounds, "round"))"
        return "a standard error of \(goal.standardError) was wanted, and is \(way)"
    }

    private func found(_ outcome: AnalysisOutcome) -> String {
        let universal = outcome.summary.universal
        let fraction = "universal neurons: \(universal.count), a fraction of \(Float(universal.fraction))"
        return "\(outcome.plan.tokens) tokens, \(fraction) with \(outcome.summary.standardError); \(goal.standardError) is wanted"
    }
}
