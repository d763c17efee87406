import ArgumentParser
import Cluster
import Diagnostics
import Pipeline
import Scheduling
import Storage

/// `gather`: bring what reducers elsewhere hold to the run's folder.
struct GatherCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gather",
        abstract: "Bring a run's statistics and matrices from reducers elsewhere to the run's folder, once no task of it is left.",
        discussion: """
            EXAMPLE:
              universal-neurons gather runs/demo --matrices

            It listens where the run's coordinator did: start the reducers again as they were started, each with its store. \
            Nobody needs this to see results: reducers have analysed their numbers where they lie. Stopped, it goes on where it was.

            Where tasks were given up there are no matrices and no results: gather brings what there is, warns of what is missing, and \
            ends with 0. `universal-neurons analyze RUN --incomplete` makes results and matrices of the statistics.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Flag(help: "Only the exact statistics.")
    var statistics = false

    @Flag(help: "Only the correlation matrices.")
    var matrices = false

    @Option(
        help: ArgumentHelp("Where to listen (default: where the run's coordinator did).", valueName: "endpoint"),
        transform: EndpointArgument.parse)
    var listen: Endpoint?

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    private struct Outcome: Encodable {
        let folder: String
        let statistics, matrices: Bool
        /// Tasks that were given up, and of which nothing came.
        let failed: [String]
    }

    func run() throws {
        let session = try Session(report, label: "gather")
        let folder = RunFolder(self.folder.path)
        let limits = try resources.limits(planIn: folder)
        let plan = try RunPlan.read(folder.plan)
        try session.selectKernels(planIn: folder, level: .debug)
        session.listenForSignals()
        var parts: GatheredParts = statistics == matrices ? [.statistics, .matrices] : statistics ? .statistics : .matrices
        if plan.numbers.screening != nil {
            guard parts.contains(.statistics) else { throw PipelineError.noMatrices(folder: folder.path, pilot: folder.pilot.path) }
            parts = .statistics
        }
        var failed: [TaskID] = []
        let context = session.context(threads: limits.threads, memory: limits.memory)
        func own() throws -> OwnStatistics { try OwnStatistics(of: plan, in: folder, context: context) }
        let launch = try ClusterLaunch.read(in: folder)
        if var launch, launch.workers == nil {
            launch.listen = listen ?? launch.listen
            failed = try ClusterSession(
                session: session, configuration: plan.configuration, folder: folder, context: context, launch: launch
            ).gather(parts)
        } else {
            // Reducers that the run starts itself have their stores in the run's folder: nobody elsewhere has anything of it.
            let own = try own()
            failed = own.areComplete ? [] : try GivenUpTasks.lacking(in: folder)
            guard try own.areComplete ? !parts.contains(.matrices) || own.haveMatrices() : !failed.isEmpty else {
                // Without a coordinator, and while no process works on it, plain commands may make the run: nobody else brings what is missing.
                if launch == nil, FolderLock.holder(of: folder.path) == nil { try PlannedTasks(in: folder).checkAreDone(inStoreOf: folder) }
                throw ClusterError.notComplete(folder.path)
            }
            if !failed.isEmpty { session.log.notice("nothing has to be gathered: what there is of the run lies in its folder") }
        }
        // Matrices of what there is are those that an analysis has made of it here.
        let haveMatrices = try failed.isEmpty || parts.contains(.matrices) && own().haveMatrices()
        let standing = GatheredStanding(
            run: folder.path, parts: haveMatrices ? parts : parts.intersection(.statistics), asked: parts, failed: failed,
            hasStatistics: try failed.isEmpty || !GivenUpTasks.lacking(in: folder).isEmpty)
        let outcome = Outcome(
            folder: folder.path.string, statistics: standing.parts.contains(.statistics), matrices: standing.parts.contains(.matrices),
            failed: failed.map(\.description))
        if let warning = standing.warning { session.log.warning("\(warning)") }
        try session.finish(outcome) { standing.text }
    }
}
