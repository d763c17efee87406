import Analysis
import Statistics
import Storage

extension RunFolder {
    /// Whether the results of all statistics that the folder's plan asks for are here, wherever the statistics are.
    ///
    /// - Throws: `PipelineError.planMissing`, `.corpusChanged`, errors of the files.
    public func hasResults() throws -> Bool {
        // The summary is written last, and of an unreadable one nothing is known.
        guard Folder.holdsFile(summary), let summary = try? JSONFile.read(RunSummary.self, from: summary) else { return false }
        let tasks = try PlannedTasks(in: self)
        let (plan, strata) = (tasks.plan, tasks.plan.numbers.corpus.strata)
        let shards = tasks.corpus.map(plan.shards(of:)) ?? plan.shards { _ in 0 }
        // What was found in all of the statistics elsewhere came here at the end.
        if let findings = try RunFindings(of: plan, in: self, shards: shards.map(\.index)),
            findings.digest.hex == summary.statisticsSHA256
        {
            return true
        }
        let snapshot = try StoreSnapshot(of: plan.store(in: self), strata: strata)
        return !snapshot.isEmpty && MissingTasks(snapshot: snapshot, plan: plan).descriptions(of: shards).isEmpty
            && snapshot.tokens(ofBlock: 0, strata: strata) == summary.tokens
    }
}
