import ArgumentParser
import Kernels
import Pipeline

/// `plan`: write a plan with its calibration, and say what it will cost; without an output, estimate that from shapes.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Write a plan with its calibration, and say what it will cost; without --output, estimate it.",
        discussion: """
            EXAMPLE:
              universal-neurons plan configs/demo.yaml --output runs/demo
              universal-neurons plan configs/gpt2-small.yaml --memory 16G

            The tasks of the plan are for 'map', which any scheduler can start. They are cut for one process with this machine's memory \
            (--memory); the estimate also says how a coordinator would cut them for workers of other sizes.

            Without --output nothing is written, and neither weights nor corpus are needed: what a cluster needs is estimated \
            from each model's config.json. --memory and --threads are those of a worker then.
            """)

    @OptionGroup var source: ConfigurationInput

    @Option(name: .shortAndLong, help: "Folder of the run; made where it is missing (default: none, an estimate).")
    var output: PathArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "For an estimate: billions of operations a second of one core (default: measured on this machine).", valueName: "n"))
    var gigaflops: Double?

    @OptionGroup var report: OutputOptions

    func validate() throws {
        guard let gigaflops else { return }
        if output != nil { throw ValidationError("--gigaflops is for an estimate, without --output; a plan measures this machine.") }
        guard gigaflops.isFinite, gigaflops > 0 else { throw ValidationError("--gigaflops is a number above 0.") }
    }

    func run() throws {
        let session = try Session(report, label: "plan")
        guard let output else { return try estimate(session) }
        let folder = RunFolder(output.path)
        let (configuration, context) = try source.prepare(session, in: folder)
        let run = try PlanJob(configuration: configuration, folder: folder, context: context).run()
        let cost = try run.cost(context: context, analysesDomains: run.folder == folder)
        var result = PlanReport(plan: run.inspection, cost: cost, pilot: try run.pilotCost(context: context, gigaflops: cost.gigaflops))
        if run.folder != folder {
            result.run = run.costOfRun(configuration, context: context, gigaflops: cost.gigaflops)
            result.pilotFolder = run.folder.path.string
        }
        try session.finish(result) { result.text }
    }

    private func estimate(_ session: Session) throws {
        let configuration = try source.load()
        let threads = configuration.threads ?? ThreadTeam.coresOfThisProcess
        let speed: Double
        if let gigaflops {
            speed = gigaflops
        } else {
            // Whatever kernels the run will have, this machine's best is what it can be measured with.
            try session.selectKernels(nil)
            let team = ThreadTeam.allCores
            speed = try SpeedProbe.gigaflopsPerSecond(team: team) / Double(team.count)
        }
        let estimate = try PlanEstimate(
            of: configuration, threads: threads, memory: configuration.memory.map { [$0.bytes] } ?? EstimateReport.workerMemory,
            gigaflopsOfCore: speed)
        let result = EstimateReport(estimate, gigaflopsOfCore: speed, isMeasured: gigaflops == nil)
        try session.finish(result) { result.text }
    }
}
