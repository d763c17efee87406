import ArgumentParser
import Cluster
import Foundation
import Kernels
import Pipeline
import SystemPackage

/// `reducer`: keep a part of a run's statistics.
struct ReducerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reducer",
        abstract: "Keep a part of a run's statistics: take numbers from workers and add them, exactly once.",
        discussion: """
            EXAMPLE:
              universal-neurons reducer --connect tcp://head:7400 --keys keys --store /data/r0

            The store is the reducer's memory: started again with the same store, it goes on where it was.
            """)

    @OptionGroup var member: MemberOptions

    @Option(
        help: ArgumentHelp(
            "Where to listen for workers (default: any free port, at every address of this machine).", valueName: "endpoint"),
        transform: EndpointArgument.parse)
    var listen: Endpoint?

    @Option(help: ArgumentHelp("Host name or address that workers reach this machine by (default: its name).", valueName: "host"))
    var advertise: String?

    @Option(help: "Folder of its statistics; made where it is missing.")
    var store: PathArgument

    @Flag(help: "Take the store from a process that holds it and sleeps or cannot be reached.")
    var takeOver = false

    @Flag(help: "Write correlation matrices into the store, even where the run's folder can be reached from here.")
    var keepMatrices = false
    @OptionGroup var metrics: MetricsOptions

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var security: SecurityOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "reducer")
        guard member.watchParent() else { return }
        // Before anything computes, as it may start the program again. Which kernels the plan needs is said once they are known.
        _ = try KernelSelection.select(nil)
        FileLimit.raise()
        session.listenForSignals()
        let server = try metrics.metrics.map { try MetricsServer($0, role: "reducer", logger: session.log) }
        defer { server?.stop() }
        let limits = try resources.overrides()
        let context = session.context(threads: limits.threads, memory: limits.memory)
        let messages = try MessageContext()
        let endpoint = try listen ?? Endpoint("tcp://0.0.0.0:*")
        // The coordinator knows the store by its host and path, wherever the reducer is started from.
        let path = URL(fileURLWithPath: store.path.string).standardizedFileURL.path
        var settings = ReducerSettings(
            coordinator: member.connect, listen: endpoint, store: FilePath(path),
            coordinatorSecurity: try security.value.client(member.connect, as: .reducer),
            listenSecurity: try security.value.reducer(endpoint, in: messages, logger: session.log))
        settings.advertisedHost = advertise
        settings.takesOver = takeOver
        settings.keepsMatrices = keepMatrices
        settings.threads = context.team.count
        settings.memory = context.memory
        settings.selectKernels = { try session.selectKernels($0) }
        settings.metrics = server?.board
        let outcome = try ReducerProcess(settings, in: messages, logger: session.log).run(stop: session.stop)
        guard outcome == nil else { return }
        throw PipelineError.stopped
    }
}
