import Analysis
import Statistics
import Storage

extension AnalyzeRun {
    /// Makes sure that a run that another process has just begun has its plan: before that, a look so far is too early.
    ///
    /// - Throws: `PipelineError.nothingYet`.
    public static func checkIsPlanned(_ folder: RunFolder) throws {
        guard !folder.hasPlan, let holder = FolderLock.holder(of: folder.path) else { return }
        throw PipelineError.nothingYet(folder: folder.path, holder: holder)
    }

    /// Opens the statistics and compares them with the plan.
    func input(of plan: RunPlan) throws -> AnalysisInput {
        let store = plan.store(in: folder)
        let strata = plan.numbers.corpus.strata
        let shards = plan.shards(of: try plan.openCorpus(in: folder))
        func input(_ snapshot: StoreSnapshot, lacking: MissingTasks, missing: [String]) -> AnalysisInput {
            AnalysisInput(
                kind: .statistics, snapshot: snapshot, missing: missing,
                incompleteness: lacking.incompleteness(of: shards) { snapshot.tokens(ofBlock: $0, strata: strata) })
        }
        func common(to snapshot: StoreSnapshot) throws -> AnalysisInput {
            let even = try snapshot.restrictedToCommonShards(strata: strata)
            if even.isEmpty { throw nothing(isUneven: true) }
            let lacking = MissingTasks(snapshot: even, plan: plan)
            return input(even, lacking: lacking, missing: lacking.descriptions(of: shards))
        }
        let snapshot = try StoreSnapshot(of: store, strata: strata)
        let lacking = MissingTasks(snapshot: snapshot, plan: plan)
        let missing = lacking.descriptions(of: shards)
        // Where everything is there the extents are one.
        if missing.isEmpty { return AnalysisInput(kind: .statistics, snapshot: snapshot) }
        if let findings = try RunFindings(of: plan, in: folder, shards: shards.map(\.index)) {
            return AnalysisInput(kind: .findings(findings), snapshot: snapshot)
        }
        // Of nothing there is no analysis, however much may be missing.
        if snapshot.isEmpty {
            throw refusal(nothing(isUneven: false), missing: missing, hasNone: true)
        }
        switch extent {
        case .complete: throw refusal(.incomplete(folder: folder.path, missing: missing), missing: missing, hasNone: false)
        case .incomplete: return input(snapshot, lacking: lacking, missing: missing)
        case .soFar:
            // What was looked at is not looked at again, unless a fold goes on meanwhile.
            var first: StoreSnapshot? = snapshot
            return try patience.settled(store, in: folder.path, stop: context.stop) {
                let current = try first ?? StoreSnapshot(of: store, strata: strata)
                first = nil
                return try common(to: current)
            }
        }
    }

    /// Why there is nothing to analyse: while somebody works on the run, a look so far may come again.
    ///
    /// - Parameter isUneven: whether some blocks have shards.
    private func nothing(isUneven: Bool) -> PipelineError {
        if extent == .soFar, let holder = FolderLock.holder(of: folder.path) { return .nothingYet(folder: folder.path, holder: holder) }
        return .nothingToAnalyze(folder: folder.path, isUneven: isUneven)
    }

    /// Why there is no analysis: what is missing may be with reducers, then that is the reason.
    ///
    /// - Parameter hasNone: whether nothing of the statistics is here.
    private func refusal(_ error: PipelineError, missing: [String], hasNone: Bool) -> PipelineError {
        if Folder.holdsFile(folder.summary) {
            // Of an unreadable summary nothing is known.
            let tokens = (try? JSONFile.read(RunSummary.self, from: folder.summary))?.tokens
            let origin = tokens.map { "are those of \($0) counted tokens, and " } ?? ""
            context.logger.warning("\(folder.path): the results that are there \(origin)stay as they are")
        }
        if Folder.exists(folder.reducers) { return .unfinishedWithReducers(folder: folder.path, missing: missing) }
        guard Folder.holdsFile(folder.reducerClaims) else { return error }
        // Reducers had some of them brought here, or one process had computed them before.
        return hasNone ? .analysisElsewhere(folder: folder.path) : .partlyElsewhere(folder: folder.path, missing: missing)
    }
}
