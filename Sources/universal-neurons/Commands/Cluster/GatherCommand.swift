import ArgumentParser
import Cluster
import Pipeline
import Storage

/// `gather`: bring what reducers elsewhere hold to the run's folder.
struct GatherCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gather",
        abstract: "Bring a complete run's statistics and matrices from reducers elsewhere to the run's folder.",
        discussion: """
            EXAMPLE:
              universal-neurons gather runs/demo --matrices

            It listens where the run's coordinator did: start the reducers again as they were started, each with its store. \
            Nobody needs this to see results: reducers have analysed their numbers where they lie. Stopped, it goes on where it was.
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
    }

    func run() throws {
        let session = try Session(report, label: "gather")
        let folder = RunFolder(self.folder.path)
        let limits = try resources.limits(planIn: folder)
        let plan = try RunPlan.read(folder.plan)
        try session.selectKernels(planIn: folder)
        session.listenForSignals()
        let parts: GatheredParts = statistics == matrices ? [.statistics, .matrices] : statistics ? .statistics : .matrices
        let outcome = Outcome(
            folder: folder.path.string, statistics: parts.contains(.statistics), matrices: parts.contains(.matrices))
        let context = session.context(threads: limits.threads, memory: limits.memory)
        if var launch = try ClusterLaunch.read(in: folder), launch.workers == nil {
            launch.listen = listen ?? launch.listen
            try ClusterSession(session: session, configuration: plan.configuration, folder: folder, context: context, launch: launch)
                .gather(parts)
        } else {
            // Reducers that the run starts itself have their stores in the run's folder: nobody elsewhere has anything of it.
            let own = try OwnStatistics(of: plan, in: folder, context: context)
            guard own.areComplete, try !parts.contains(.matrices) || own.haveMatrices() else {
                throw ClusterError.notComplete(folder.path)
            }
        }
        try session.finish(outcome) { "\(folder.path) has the run's \(parts.words)\n" }
    }
}

extension GatheredParts {
    /// What they are, for people.
    fileprivate var words: String {
        [(Self.statistics, "statistics"), (.matrices, "matrices")].filter { contains($0.0) }.map(\.1).joined(separator: " and ")
    }
}
