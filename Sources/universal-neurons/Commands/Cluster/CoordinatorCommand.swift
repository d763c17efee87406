import ArgumentParser
import Cluster
import Pipeline

/// `coordinator`: coordinate a run over workers and reducers on any machines, then analyse it.
struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Coordinate a run over workers and reducers on any machines, then analyse it.",
        discussion: """
            EXAMPLE:
              universal-neurons coordinator run.yaml -o out --listen tcp://0.0.0.0:7400 --keys keys

            `universal-neurons keys init keys` makes the keys. Start a reducer and workers anywhere; see their --help. \
            Started again, the coordinator goes on where it was.

            With --stay it takes questions once the run is complete, as `universal-neurons answer` does; so does one that is started again. \
            Workers that were started with --stay answer them.
            """)

    @OptionGroup var input: RunInput

    @Option(help: ArgumentHelp("Where to listen, such as tcp://0.0.0.0:7400.", valueName: "endpoint"), transform: EndpointArgument.parse)
    var listen: Endpoint

    @Option(parsing: .unconditional, help: ArgumentHelp("How many reducers share the statistics.", valueName: "n"))
    var reducers = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Memory of the smallest worker that can take every task, such as 8G, which is 8 GiB.", valueName: "size"),
        transform: MemorySize.init(parsing:))
    var workerMemory: MemorySize?

    @Flag(help: "Stay when the run is complete, and have workers answer what `intervene --connect` asks of its neurons.")
    var stay = false

    @OptionGroup var cluster: ClusterOptions

    @OptionGroup var metrics: MetricsOptions

    @OptionGroup var security: SecurityOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        guard (1...4_096).contains(reducers) else { throw ValidationError("--reducers is a number from 1 to 4096.") }
    }

    func run() throws {
        let session = try Session(report, label: "coordinator")
        let (configuration, folder, context) = try input.prepare(session)
        let launch = ClusterLaunch(
            workers: nil, reducers: reducers, listen: listen, keys: security.keys?.absolute.string, isInsecure: security.insecure,
            workerMemory: workerMemory?.bytes ?? 8 << 30, audit: cluster.audit?.value ?? 0, retries: cluster.patience.retries,
            crashLimit: cluster.patience.crashLimit, leaseSeconds: cluster.patience.leaseTimeout, metrics: metrics.metrics)
        let run = ClusterSession(
            session: session, configuration: configuration, folder: folder, context: context, launch: launch, waitsWhenComplete: !stay)
        try run.run(rebuildsLedger: cluster.rebuildLedger)
        if stay { try run.answerQuestions() }
    }
}
