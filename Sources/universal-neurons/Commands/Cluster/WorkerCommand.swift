import ArgumentParser
import Cluster
import Kernels
import Pipeline
import Scheduling

/// `worker`: compute tasks for a coordinator.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Compute tasks for a coordinator, for `intervene` or for `answer`, until that is over.",
        discussion: """
            EXAMPLE:
              universal-neurons worker --connect tcp://head:7400 --keys keys --memory 8G

            A worker keeps nothing: it can join, leave and be killed at any time. On SIGTERM it finishes what it computes, or \
            gives it back; at a second one it gives everything back and leaves at once; a third one ends it without a word, \
            as does the second while it still opens the plan and has nothing. \
            Models that are not at the plan's paths come from the coordinator, once, into --cache.

            While the next task is computed, the last one is compressed by one thread more, where --memory holds both.
            """)

    @OptionGroup var member: MemberOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("Seconds that a worker that shall stop may take to finish.", valueName: "seconds"))
    var drainSeconds = 60

    @Option(help: ArgumentHelp("Folder for numbers on their way (default: the system's temporary folder).", valueName: "folder"))
    var scratch: PathArgument?

    @Option(help: ArgumentHelp("Folder for models that were fetched (default: ~/.cache/universal-neurons/models).", valueName: "folder"))
    var cache: PathArgument?

    @Flag(help: "Stay when the run or question is over, and take the next one that comes to the same address.")
    var stay = false

    @OptionGroup var metrics: MetricsOptions

    @Option(help: .hidden)
    var name: String?

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var security: SecurityOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "worker")
        guard member.watchParent() else { return }
        // Before anything computes, as it may start the program again. Which kernels the plan needs is said once they are known.
        _ = try KernelSelection.select(nil)
        let stopNow = StopRequest()
        session.listenForSignals(second: stopNow)
        let server = try metrics.metrics.map { try MetricsServer($0, role: "worker", logger: session.log) }
        defer { server?.stop() }
        let limits = try resources.overrides()
        let context = session.context(threads: limits.threads, memory: limits.memory)
        var settings = WorkerSettings(
            coordinator: member.connect, memory: context.memory ?? 8 << 30, threads: context.team.count,
            security: try security.value.client(member.connect, as: .worker))
        settings.hasBegun = { StopSignals.heedSecond() }
        settings.selectKernels = { try session.selectKernels($0) }
        if let name { settings.name = WorkerID(name) }
        if let scratch { settings.scratch = scratch.path }
        if let cache { settings.modelCache = cache.path }
        settings.drain = drainSeconds * 1_000
        settings.stays = stay
        settings.metrics = server?.board
        let outcome = try WorkerProcess(settings, logger: session.log).run(stop: session.stop, stopNow: stopNow)
        guard outcome == nil else { return }
        throw PipelineError.stopped
    }
}
