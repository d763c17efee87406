import ArgumentParser
import Cluster
import Pipeline

/// `run`: compute a whole run in one process, then analyse it.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Compute a whole run in one process, then analyse it.",
        discussion: """
            EXAMPLE:
              universal-neurons run configs/demo.yaml --output runs/demo

            A folder that holds an unfinished run of the same plan is continued; Ctrl-C leaves such a folder.
            A folder with a run of another plan is refused, naming the difference.
            """)

    @OptionGroup var input: RunInput

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Worker processes to start; without this and --reducers one process does everything.", valueName: "n"))
    var workers: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("Reducer processes to start.", valueName: "n"))
    var reducers: Int?

    @OptionGroup var cluster: ClusterOptions

    @OptionGroup var metrics: MetricsOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        for (name, count) in [("workers", workers), ("reducers", reducers)] {
            if let count, !(1...1_024).contains(count) { throw ValidationError("--\(name) is a number from 1 to 1024.") }
        }
        if metrics.metrics != nil, workers == nil, reducers == nil {
            throw ValidationError("--metrics are those of a coordinator: ask for --workers or --reducers too.")
        }
    }

    func run() throws {
        let session = try Session(report, label: "run")
        let (configuration, folder, context) = try input.prepare(session)
        if workers != nil || reducers != nil {
            let workers = workers ?? 1
            // A tenth is left to the coordinator and the reducers.
            let memory = (context.memory ?? 8 << 30) / 10 * 9 / workers
            let launch = ClusterLaunch(
                workers: workers, reducers: reducers ?? 1, workerMemory: memory, audit: cluster.audit?.value ?? 0,
                retries: cluster.patience.retries, crashLimit: cluster.patience.crashLimit, leaseSeconds: cluster.patience.leaseTimeout,
                metrics: metrics.metrics)
            return try ClusterSession(
                session: session, configuration: configuration, folder: folder, context: context, launch: launch
            ).run(rebuildsLedger: cluster.rebuildLedger)
        }
        // From its beginning on it is a run of one process, also for `resume`.
        let begin = { for place in [folder, folder.pilot] { try ClusterLaunch.remove(in: place) } }
        try RunJob(configuration: configuration, folder: folder, context: context).run(begin: begin) { _ in
            try session.finish(AnalyzeRun(folder: folder, isPatient: true, context: context))
        }
    }
}
