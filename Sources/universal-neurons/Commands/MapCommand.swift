import ArgumentParser
import Pipeline

/// `map`: compute one task of a plan into a partial file.
struct MapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Compute one task of a plan into a partial file.",
        discussion: """
            EXAMPLE:
              universal-neurons map --plan runs/demo/plan.json --task 0 --output parts/0.partial

            A whole partial of this task that is there already is left as it is, at once. Where memory is short, fewer threads are used.
            Exit codes: 0 done, 75 try again (no memory, disk full, I/O error, model not reachable), 143 stopped; any other of 64 to 78 will
            come again. Where the message says that no retry with this offer can succeed, only a larger --memory helps.
            """)

    @Option(help: "The plan, plan.json or its folder.")
    var plan: PathArgument

    @Option(parsing: .unconditional, help: ArgumentHelp("Number of the task, from 0.", valueName: "n"))
    var task: Int

    @Option(name: .shortAndLong, help: "The partial to write.")
    var output: PathArgument

    @OptionGroup var resources: ResourceOptions

    func validate() throws {
        if task < 0 { throw ValidationError("'--task' counts from 0.") }
    }

    @OptionGroup var report: OutputOptions

    func run() throws {
        // What engines are told of an I/O error, however it shows.
        BusErrors.install(status: .temporaryFailure)
        let session = try Session(report, label: "map")
        let outcome = try RetryableError.marking { try compute(session) }
        let result = MapResult(task: task, output: output.path.string, outcome: "\(outcome)")
        try session.finish(result) { "task \(task): \(result.outcome), \(result.output)\n" }
    }

    private func compute(_ session: Session) throws -> MapTask.Outcome {
        let folder = plan.planFolder
        let limits = try resources.limits(planIn: folder)
        try session.selectKernels(planIn: folder)
        session.listenForSignals()
        let context = session.context(threads: limits.threads, memory: limits.memory)
        return try MapTask(folder: folder, task: task, output: output.path, memory: limits.memory?.bytes, context: context).run()
    }

    /// What `--json` prints.
    private struct MapResult: Encodable {
        let task: Int
        let output, outcome: String
    }
}
