import Statistics
import Storage

/// The statistics that lie in a run's own folder, those of reducers included that the run has started itself, and whether they and what was
/// made of them are all that the plan asks for.
///
/// Of a run whose statistics are with reducers elsewhere the folder has none.
public struct OwnStatistics {
    /// Whether nothing of them is missing.
    public let areComplete: Bool
    private let plan: RunPlan
    private let folder: RunFolder
    private let snapshot: StoreSnapshot
    private let context: JobContext

    /// Opens the statistics in a run's folder.
    ///
    /// - Parameter plan: the folder's plan.
    /// - Throws: `PipelineError.corpusChanged`, errors of the store and the files.
    public init(of plan: RunPlan, in folder: RunFolder, context: JobContext) throws {
        self.plan = plan
        self.folder = folder
        self.context = context
        snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: plan.numbers.corpus.strata)
        let shards = plan.shards(of: try plan.openCorpus(in: folder))
        areComplete = MissingTasks(snapshot: snapshot, plan: plan).descriptions(of: shards).isEmpty
    }

    /// Whether the matrices that the plan asks for are there, complete and of these statistics, which are all read for that; true where it
    /// asks for none.
    ///
    /// - Throws: `PipelineError.stopped`, errors of the statistics and the files.
    public func haveMatrices() throws -> Bool {
        guard plan.configuration.matrices != .none else { return true }
        guard Folder.exists(folder.correlations) else { return false }
        let stop = context.stop
        let digest = try snapshot.digest(strata: plan.numbers.corpus.strata, team: context.team) { try stop.check() }
        return CorrelationMatrices.areComplete(folder.correlations, of: digest)
    }
}
