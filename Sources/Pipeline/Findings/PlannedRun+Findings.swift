import Analysis
import Statistics
import Storage

extension PlannedRun {
    /// Whether the folder has all that reducers elsewhere found in the plan's statistics, with the results that were made of it: then they
    /// need not be asked to make the results again.
    ///
    /// - Throws: errors of the plan and of what lies in the store.
    public func hasResultsOfFindings() throws -> Bool {
        guard let findings = try findings(), Folder.holdsFile(folder.summary),
            let summary = try? JSONFile.read(RunSummary.self, from: folder.summary), summary.statisticsSHA256 == findings.digest.hex
        else { return false }
        if findings.matrices == [.run], !findings.hasMatrices(in: folder) { return false }
        // The report shows texts at which neurons are most active, the table their moments.
        let snapshot = try StoreSnapshot(of: store, strata: plan.numbers.corpus.strata)
        let shards = Dictionary(grouping: shards, by: \.stratum).mapValues { Set($0.map(\.index)) }
        return plan.sections(in: layout).allSatisfy { key in
            key.kind == .block || snapshot.shards(of: key) == shards[key.stratum] ?? []
        }
    }
}
