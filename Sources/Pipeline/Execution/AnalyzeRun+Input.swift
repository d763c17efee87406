import Statistics
import Storage

extension AnalyzeRun {
    /// Opens the statistics and compares them with the plan.
    func input(of plan: RunPlan) throws -> AnalysisInput {
        let store = plan.store(in: folder)
        let strata = plan.numbers.corpus.strata
        let shards = plan.shards(of: try plan.openCorpus(in: folder))
        func missing(in snapshot: StoreSnapshot) -> [String] { MissingTasks(snapshot: snapshot, plan: plan).descriptions(of: shards) }
        let snapshot = try StoreSnapshot(of: store, strata: strata)
        if extent == .complete {
            let missing = missing(in: snapshot)
            if missing.isEmpty { return AnalysisInput(kind: .statistics, snapshot: snapshot) }
            if let findings = try RunFindings(of: plan, in: folder, shards: shards.map(\.index)) {
                return AnalysisInput(kind: .findings(findings), snapshot: snapshot)
            }
            throw lacking(missing)
        }
        // Of nothing there is no analysis, however much may be missing.
        guard !snapshot.isEmpty else { throw lacking(missing(in: snapshot)) }
        switch extent {
        case .complete, .incomplete:
            return AnalysisInput(kind: .statistics, snapshot: snapshot, missing: missing(in: snapshot))
        case .soFar:
            // A fold that goes on meanwhile can put a shard into some blocks before others; a moment later it is in all of them.
            var current = snapshot
            for _ in 0..<20 {
                do {
                    let even = try current.restrictedToCommonShards(strata: strata)
                    return AnalysisInput(kind: .statistics, snapshot: even, missing: missing(in: even))
                } catch let error as StatisticsError {
                    switch error {
                    case .unevenShards, .changedMeanwhile: break
                    default: throw error
                    }
                    try context.stop.check()
                    current = try StoreSnapshot(of: store, strata: strata)
                }
            }
            let even = try current.restrictedToCommonShards(strata: strata)
            return AnalysisInput(kind: .statistics, snapshot: even, missing: missing(in: even))
        }
    }

    private func lacking(_ missing: [String]) -> PipelineError {
        if Folder.holdsFile(folder.summary) {
            context.logger.warning("\(folder.path): the results that are there are not those of this budget; they stay as they are")
        }
        if Folder.exists(folder.reducers) { return .unfinishedWithReducers(folder: folder.path, missing: missing) }
        return Folder.holdsFile(folder.reducerClaims)
            ? .analysisElsewhere(folder: folder.path) : .incomplete(folder: folder.path, missing: missing)
    }
}
