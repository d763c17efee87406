import Cluster
import Pipeline

/// A run that goes on as it was started: in one process, with workers of its own, or for workers elsewhere.
struct ResumedRun {
    let session: Session
    let folder: RunFolder
    private let context: JobContext
    /// Of the rounds before, where there are any.
    private let knownWeights = KnownWeights()

    /// Chooses the kernels of the run's plan and makes ready for signals.
    ///
    /// - Throws: `PipelineError.planMissing` where there is no run; `KernelsError`.
    init(_ folder: RunFolder, resources: ResourceOptions, session: Session) throws {
        context = try session.context(planIn: folder.underWay, resources, level: .info)
        self.session = session
        self.folder = folder
    }

    /// How a coordinator of the run was started; nil for a run in one process.
    func launch() throws -> ClusterLaunch? { try ClusterLaunch.read(in: folder.underWay) }

    /// Has everything computed that the budget asks for, and analyses it.
    ///
    /// - Parameters:
    ///   - tokens: a new budget; nil: the one that the run has.
    ///   - rounds: the rounds of which this is one; nil where it is the only one.
    ///   - rebuildsLedger: whether a coordinator begins a ledger anew that cannot be used.
    ///   - use: what is done with the results; they and the run stay this process's until it is over.
    /// - Returns: what `use` gives.
    /// - Throws: `PipelineError.nothingToExtend` for a smaller budget than the run has; errors of the run and its analysis.
    func run<Result>(
        tokens: TokenBudget? = nil, rounds: RunRounds? = nil, rebuildsLedger: Bool = false, _ use: (AnalysisOutcome) throws -> Result
    ) throws -> Result {
        let launch = try launch()
        let configuration = try configuration(tokens: tokens, launch)
        if let launch {
            let cluster = ClusterSession(
                session: session, configuration: configuration, folder: folder, context: context, launch: launch, rounds: rounds,
                knownWeights: knownWeights,
                // Another round needs them.
                waitsWhenComplete: rounds != nil)
            return try cluster.run(rebuildsLedger: rebuildsLedger, use)
        }
        return try RunJob(configuration: configuration, folder: folder, context: context).run { _ in
            try use(try AnalyzeRun(folder: folder, isPatient: true, knownWeights: knownWeights, context: context).run())
        }
    }

    /// What the run is asked for: its plan says so, or, as long as there is only that of a pilot, what the coordinator was started with.
    private func configuration(tokens: TokenBudget?, _ launch: ClusterLaunch?) throws -> Configuration {
        if tokens == nil, !folder.hasPlan, let asked = launch?.configuration { return asked }
        let plan = try RunPlan.read(folder.plan)
        return try tokens.map { try plan.configuration(extendedTo: $0, in: folder) } ?? plan.configuration
    }
}
