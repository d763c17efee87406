import Analysis
import Statistics
import Storage
import SystemPackage

/// How far a run is, and which results its folder has.
public struct RunInspection: Codable, Sendable {
    /// The plan.
    public let plan: PlanInspection
    /// Tasks of the plan that are computed; nil where reducers elsewhere have the statistics, and nothing here says that they are complete.
    public let tasksDone: Int?
    /// Tasks of the plan.
    public let tasks: Int
    /// Whether reducers elsewhere have the statistics.
    public let areStatisticsElsewhere: Bool
    /// What is missing, for people; empty in a complete run, and where reducers elsewhere have the statistics.
    public let missing: [String]
    /// Partials that wait to be folded.
    public let staged: Int
    /// Result files that exist, by name.
    public let results: [String]
    /// Counted tokens of the last analysis; nil without results.
    public let resultsTokens: Int?
    /// Whether the results are of other tokens than the budget: a larger one was begun since, or the analysis was of what there was by then.
    /// Nil where nobody can tell: without results, and where reducers elsewhere have the statistics.
    public let areResultsOfOtherBudget: Bool?
    /// What the last analysis did without; nil for a complete one, and without results.
    public let incompleteResults: Incompleteness?

    /// Looks into a run's folder.
    ///
    /// - Throws: `PipelineError.planMissing`, `.corpusChanged`, errors of the files.
    public init(_ folder: RunFolder) throws {
        let plan = try RunPlan.read(folder.plan)
        let store = plan.store(in: folder)
        let snapshot = try StoreSnapshot(of: store, strata: plan.numbers.corpus.strata)
        let shards = plan.shards(of: try plan.openCorpus(in: folder))
        let lacking = MissingTasks(snapshot: snapshot, plan: plan)
        self.plan = PlanInspection(plan, shards: shards.count)
        tasks = shards.count * plan.blockGroups.count
        let lacks = lacking.descriptions(of: shards)
        // A run with reducers of its own has their stores in its folder.
        let haveReducers = Folder.holdsFile(folder.reducerClaims) && !Folder.exists(folder.reducers)
        // What was found in all of them came here at the end; where all of the statistics were gathered, nobody asks for it.
        let findings = haveReducers && !lacks.isEmpty ? try RunFindings(of: plan, in: folder, shards: shards.map(\.index)) : nil
        // What was gathered before the last tasks were done is not what the run stands on.
        let areElsewhere = haveReducers && (snapshot.isEmpty || findings != nil)
        areStatisticsElsewhere = areElsewhere
        if areElsewhere {
            tasksDone = findings == nil ? nil : tasks
            missing = []
        } else {
            tasksDone = shards.reduce(0) { sum, shard in
                sum + plan.blockGroups.count { lacking.blocks($0, lacking: shard).isEmpty }
            }
            missing = lacks
        }
        staged = try store.stagedFiles().count
        let files = [
            folder.neurons, folder.featureNeurons, folder.families, folder.percentiles, folder.roles, folder.roleFeatures,
            folder.ensembles, folder.vocabulary, folder.activations, folder.antipodes, folder.cosines, folder.similarity, folder.firing,
            folder.domains, folder.cliques, folder.steps,
            folder.groups, folder.summary, folder.correlations, folder.report, folder.pairs, folder.explanations,
        ]
        // Of an unreadable summary nothing is known.
        let summary = Folder.holdsFile(folder.summary) ? try? JSONFile.read(RunSummary.self, from: folder.summary) : nil
        resultsTokens = summary?.tokens
        incompleteResults = summary?.incomplete
        let counted = snapshot.tokens(ofBlock: 0, strata: plan.numbers.corpus.strata)
        areResultsOfOtherBudget =
            snapshot.isEmpty || areElsewhere ? nil : summary.map { [missing] in !missing.isEmpty || $0.tokens != counted }
        results = files.filter { Folder.exists($0) || Folder.holdsFile($0) }.compactMap { $0.lastComponent?.string }
    }
}
