import Analysis
import Statistics
import Storage

extension AnalyzeRun {
    /// Finds universality in the statistics of a screened run and in its pilot.
    ///
    /// - Parameter take: called with the result for each group of models, that of the run's reference last.
    /// - Returns: what `take` has made, of the run's reference first.
    /// - Throws: `PipelineError.planMissing` without the pilot, `.planDamaged` for another one; errors of the stores and the analysis.
    func screened(
        _ statistics: StoredStatistics, plan: RunPlan, _ screening: PlannedScreening, take: (UniversalityResult) throws -> GroupOutcome
    ) throws -> [GroupOutcome] {
        let pilotPlan = try RunPlan.read(folder.pilot.plan)
        guard try plan.pilotIdentity == pilotPlan.identity else {
            throw PipelineError.planDamaged(file: folder.pilot.plan, reason: "it is not the pilot of the run above it")
        }
        let pilots = try PilotSummaries(
            plan: pilotPlan, folder: folder.pilot, configuration: plan.configuration, rule: screening.rule, context: context
        ).analyses()
        let store = pilotPlan.store(at: folder.pilot.store)
        let snapshot = try StoreSnapshot(of: store, strata: pilotPlan.numbers.corpus.strata, includesStaged: false)
        let pilotStatistics = try pilotPlan.statistics(in: snapshot, calibrationOf: folder.pilot)
        let lists = try CandidateFile.read(folder.candidates, layout: plan.layout, digest: screening.digest)
        let (progress, stop) = (context.progress, context.stop)
        return try zip(plan.groupUniversality, pilots).reversed().map { configuration, pilot in
            let analysis = try ScreenedAnalysis(statistics: statistics, configuration: configuration, pilot: pilot)
            let memory = try memoryOfGroups(plan, configuration)
            progress.begin(ProgressStage("analysing", unit: .groups, total: analysis.groups.count))
            var result = try analysis.run(
                team: context.team, memory: memory, check: { try stop.check() }, progress: { progress.advance(by: 1) })
            progress.end()
            progress.begin(ProgressStage("looking for missed partners", unit: .blocks, total: analysis.comparedBlocks))
            result.screening = try analysis.finding(
                on: result, pilotStatistics: pilotStatistics, lists: lists, team: context.team, memory: memory,
                check: { try stop.check() }, progress: { progress.advance(by: 1) })
            progress.end()
            return try take(result)
        }.reversed()
    }
}
