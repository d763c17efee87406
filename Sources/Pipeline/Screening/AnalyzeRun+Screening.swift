import Analysis
import Statistics
import Storage

extension AnalyzeRun {
    /// Finds universality in the statistics of a screened run and in its pilot.
    ///
    /// - Throws: `PipelineError.planMissing` without the pilot, `.planDamaged` for another one; errors of the stores and the analysis.
    func screened(
        _ statistics: StoredStatistics, plan: RunPlan, _ screening: PlannedScreening
    ) throws -> UniversalityResult {
        let pilotPlan = try RunPlan.read(folder.pilot.plan)
        var numbers = plan.numbers
        numbers.screening = nil
        guard try numbers.identity() == pilotPlan.identity else {
            throw PipelineError.planDamaged(file: folder.pilot.plan, reason: "it is not the pilot of the run above it")
        }
        let pilot = try PilotSummaries(
            plan: pilotPlan, folder: folder.pilot, configuration: plan.configuration, rule: screening.rule, context: context
        ).analysis()
        let (progress, stop) = (context.progress, context.stop)
        let analysis = try ScreenedAnalysis(statistics: statistics, configuration: plan.universality, pilot: pilot)
        progress.begin(ProgressStage("analysing", unit: .groups, total: analysis.groups.count))
        var result = try analysis.run(team: context.team, check: { try stop.check() }, progress: { progress.advance(by: 1) })
        progress.end()
        let store = pilotPlan.store(at: folder.pilot.store)
        let snapshot = try StoreSnapshot(of: store, strata: pilotPlan.numbers.corpus.strata, includesStaged: false)
        progress.begin(ProgressStage("looking for missed partners", unit: .blocks, total: analysis.comparedBlocks))
        result.screening = try analysis.finding(
            on: result, pilotStatistics: try pilotPlan.statistics(in: snapshot, calibrationOf: folder.pilot),
            lists: try CandidateFile.read(folder.candidates, layout: plan.layout, digest: screening.digest), team: context.team,
            check: { try stop.check() }, progress: { progress.advance(by: 1) })
        progress.end()
        return result
    }
}
