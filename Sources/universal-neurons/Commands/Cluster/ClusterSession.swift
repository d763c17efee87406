import Cluster
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// A coordinator's job as the command line starts it: for `run --workers`, `coordinator`, `resume` and `extend`.
struct ClusterSession {
    let session: Session
    let configuration: Configuration
    let folder: RunFolder
    let context: JobContext
    let launch: ClusterLaunch
    /// The rounds of which this is one; nil where it is the only one.
    var rounds: RunRounds?
    /// What the rounds before have found in the models' weights.
    var knownWeights = KnownWeights()
    /// Whether workers and reducers that others have started are waited for even where the run is complete.
    var waitsWhenComplete = true

    /// Coordinates the run to its end, then analyses it and prints what was found.
    func run(rebuildsLedger: Bool = false) throws { try run(rebuildsLedger: rebuildsLedger) { try session.finish($0) } }

    /// Coordinates the run to its end, then analyses it.
    ///
    /// - Parameter use: what is done with the results; they and the run stay this process's until it is over.
    /// - Returns: what `use` gives.
    func run<Result>(rebuildsLedger: Bool = false, _ use: (AnalysisOutcome) throws -> Result) throws -> Result {
        // First of all: an address that is taken is known before anything is begun. Where it is the run's own coordinator that has it, that
        // is what to say.
        if launch.metrics != nil { try FolderLock.checkIsFree(folder.path) }
        let server = try launch.metrics.map { try MetricsServer($0, role: "coordinator", logger: context.logger) }
        defer { server?.stop() }
        var settings = try settings()
        settings.rebuildsLedger = rebuildsLedger
        settings.metrics = server?.board
        let begin = { (place: RunFolder) in
            var launch = launch
            launch.configuration = place == folder ? nil : configuration
            try launch.write(in: place)
        }
        return try job(settings).run(begin: begin) { _ in
            try use(try AnalyzeRun(folder: folder, isPatient: true, knownWeights: knownWeights, context: context).run())
        }
    }

    /// Brings statistics or matrices from reducers elsewhere to the run's folder.
    ///
    /// - Returns: the tasks that were given up: what came lacks them, and there are no matrices.
    func gather(_ parts: GatheredParts) throws -> [TaskID] {
        var settings = try settings()
        settings.gathers = parts
        return try job(settings).run { _ in
            // Where the ledger is lost, and all is here, nothing was given up.
            (try? LedgerJob(folder: folder).scheduler())?.scheduler.failedTasks ?? []
        }
    }

    /// Takes questions about the run's neurons where it was coordinated, until it is stopped.
    func answerQuestions() throws { try AnswerJob(folder: folder, settings: try settings(), context: context).run() }

    private func job(_ settings: CoordinatorSettings) throws -> CoordinatorJob {
        FileLimit.raise()
        return CoordinatorJob(
            configuration: configuration, folder: folder,
            placement: ClusterPlacement(reducers: launch.reducers, workerMemory: launch.workerMemory), settings: settings,
            context: context)
    }

    private func settings() throws -> CoordinatorSettings {
        let messages = try MessageContext()
        // Workers of its own find it at a socket of its own.
        let endpoint = try launch.listen ?? Endpoint(ipc: FilePath("/coordinator"))
        let security = try launch.security.coordinator(endpoint, in: messages, logger: context.logger)
        var settings = CoordinatorSettings(endpoint: endpoint, security: security, messages: messages)
        settings.secure = { [launch, logger = context.logger] in try launch.security.coordinator(endpoint, in: $0, logger: logger) }
        settings.policy = launch.policy
        settings.rounds = rounds
        settings.waitsWhenComplete = waitsWhenComplete
        // Several signs of life fit into a lease's patience: one that is late or lost is no silence.
        settings.heartbeat = min(settings.heartbeat, launch.leaseSeconds * 1_000 / 5)
        if let workers = launch.workers {
            settings.children = ChildPlan(
                workers: workers, reducers: launch.reducers, program: OwnProgram.path, threads: max(1, context.team.count / workers),
                memory: launch.workerMemory)
        }
        return settings
    }
}
