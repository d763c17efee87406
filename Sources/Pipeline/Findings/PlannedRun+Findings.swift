import Analysis
import Statistics
import Storage

extension PlannedRun {
    /// Begins the matrices in the run's folder, before reducers that share it are asked to write their chunks: from now on nobody takes
    /// those that are there for complete, unless they are of these very statistics; then their chunks are not changed.
    ///
    /// To be called by the folder's owner, after it has made an end of the leave of earlier writers.
    ///
    /// - Throws: errors of the plan and of the disk.
    public func beginMatrices(on files: some FileLayer = LocalFiles()) throws {
        try removeUnfinishedMatrices(on: files)
        if let findings = try findings(), findings.hasMatrices(in: folder) { return }
        _ = try CorrelationMatrices(folder.correlations, layout: layout, format: plan.configuration.matrices, on: files)
    }

    /// Removes chunks that were begun and have no name yet: a writer that slept through the end of its leave has nothing to rename.
    ///
    /// - Throws: `StorageError`.
    public func removeUnfinishedMatrices(on files: some FileLayer = LocalFiles()) throws {
        try UnfinishedFiles.remove(in: [folder.correlations], on: files)
    }

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
