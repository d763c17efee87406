import Analysis
import ArgumentParser
import Cluster
import Models
import Pipeline
import SystemPackage

/// `intervene`: measure what changes of neurons do to a model's predictions.
struct InterveneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intervene",
        abstract: "Measure what changes of neurons do to a model's predictions.",
        discussion: """
            EXAMPLE:
              universal-neurons intervene runs/demo --neurons 3.117,3.200 --values -0.17..6 --tokens 100k --frozen-norm
              universal-neurons intervene runs/demo --neurons 3.117 --tokens 1M --listen tcp://0.0.0.0:7410 --keys keys
              universal-neurons intervene runs/demo --neurons 3.117 --tokens 1M --connect tcp://head:7400 --keys keys

            Each neuron is changed alone, at all positions of a row, once for each value. Measured are the loss of the next token and the \
            entropy of its distribution (nats), the true token's rank from 0 and 1/(rank + 1), and the final norm's scale: means over the \
            first rows of the run's draw, all tokens of a row but the first and the last, each beside its change from the unmodified model, \
            row by row, with standard errors over rows.

            RUN/interventions has a folder for each question, with the sums of the rows that are done, interventions.csv and \
            interventions.json. Stopped at any moment, the same command goes on; with more tokens it adds rows, with fewer it \
            prints a part of them, and the table stays.

            With --listen workers measure the rows: start them anywhere with `universal-neurons worker --connect tcp://head:7410 --keys keys`, \
            as for a run. They need neither the run's folder nor its corpus, and a model that they lack comes from here. With --workers this \
            process starts them itself. The figures are the same bits as without, whatever becomes of a worker; `status tcp://head:7410` tells \
            how far it is.

            With --connect a process that stands by for questions has its workers measure the rows: `universal-neurons answer`, or a \
            coordinator with --stay. It takes a control.key, RUN needs no more than plan.json here (calibration.npz too for means, the run's \
            sums for those with --at pre), and the answer comes into it. Others who ask are served in turn; what is measured stays with the \
            coordinator, so that whoever was stopped asks again.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Option(
        help: ArgumentHelp("Neurons of the model, such as 3.117,3.200: layer and index.", valueName: "list"),
        transform: NeuronList.init(parsing:))
    var neurons: NeuronList

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Values to set, or to multiply with: 0,1,2, or -0.17..6 for both ends and the whole numbers between (default: -0.17..6).",
            valueName: "list"), transform: ValueList.parse)
    var values: [Float] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Raw tokens of the draw, rounded up to whole rows: a number, 100k, 1M or all (default: 100k, or all that there are).",
            valueName: "n"), transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget?

    @Option(
        help: ArgumentHelp(
            """
            fixed: set to each value; zero; mean: set to the mean by the run's exact sums, or in its calibration where these are not here \
            (with --at pre by the exact sums alone, which references have); threshold: min(x, 0); relu: max(x, 0); multiply.
            """,
            valueName: "kind"), transform: InterveneCommand.kind)
    var kind: Intervention.Kind = .fixed

    @Option(
        help: ArgumentHelp(
            "pre or post: what goes into the nonlinearity, or what comes out of it (default: pre for threshold and relu, post for others).",
            valueName: "place"), transform: InterveneCommand.place)
    var at: Intervention.Place?

    @Flag(help: "Also with the final norm's scale of the unmodified model: what does not go through it.")
    var frozenNorm = false

    @Flag(
        help: """
            Also with the logits' component along the corpus's centred log token frequencies as in the unmodified model, and the divergence \
            from token frequencies.
            """)
    var frozenFrequency = false

    @Option(help: ArgumentHelp("Which model of the run (default: the first).", valueName: "id"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            """
            Have workers measure the rows that are started with `worker --connect`: where to listen for them, such as tcp://0.0.0.0:7410, or \
            the address that they are given.
            """, valueName: "endpoint"), transform: EndpointArgument.parse)
    var listen: Endpoint?

    @Option(
        help: ArgumentHelp(
            "Have a process that stands by for questions answer this one: where it listens, such as tcp://head:7400.",
            valueName: "endpoint"), transform: EndpointArgument.parse)
    var connect: Endpoint?

    @Option(parsing: .unconditional, help: ArgumentHelp("Worker processes to start, which measure the rows.", valueName: "n"))
    var workers: Int?

    @OptionGroup var patience: PatienceOptions

    @OptionGroup var security: SecurityOptions

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        if [listen != nil, connect != nil, workers != nil].count(where: \.self) > 1 {
            throw ValidationError(
                "--workers starts workers here, --listen waits for others, --connect has those of another process: ask for one.")
        }
        if listen == nil, connect == nil, security.keys != nil || security.insecure {
            throw ValidationError("--keys and --insecure protect what --listen opens and --connect reaches: ask for that too.")
        }
        if let workers, !(1...1_024).contains(workers) { throw ValidationError("--workers is a number from 1 to 1024.") }
        let takesValues = kind == .fixed || kind == .multiply
        if !values.isEmpty, !takesValues { throw ValidationError("--kind \(kind.rawValue) takes no --values.") }
        if values.isEmpty, kind == .multiply { throw ValidationError("--kind multiply needs --values to multiply with.") }
    }

    func run() throws {
        let session = try Session(report, label: "intervene")
        let folder = folder.planFolder
        let context = try session.context(planIn: folder, resources, isComputing: connect == nil)
        let frozen = [.nothing] + (frozenNorm ? [.norm] : []) + (frozenFrequency ? [FrozenPart.frequency] : [])
        let isInput = kind == .threshold || kind == .relu
        let request = InterventionRequest(
            neurons: try neurons.places(in: folder), kind: kind, values: values.isEmpty ? Intervention.authorsValues : values,
            place: at ?? (isInput ? .pre : .post), frozen: frozen, model: model)
        let job = InterveneJob(folder: folder, request: request, tokens: tokens, context: context)
        let outcome = try outcome(of: job, session)
        try session.finish(outcome) { outcome.text }
    }

    /// Has the rows measured: by a process that stands by, by workers, or by this process.
    private func outcome(of job: InterveneJob, _ session: Session) throws -> InterventionOutcome {
        if let connect = try connect?.reachable() {
            return try AskedInterveneJob(
                job, of: connect, security: try security.value.client(connect, as: .control), in: try MessageContext()
            ).run()
        }
        guard let settings = try settings(session, job.context) else { return try job.run() }
        return try ClusterInterveneJob(job, settings: settings).run()
    }

    /// How workers are had; nil where this process measures the rows itself.
    private func settings(_ session: Session, _ context: JobContext) throws -> CoordinatorSettings? {
        guard listen != nil || workers != nil else { return nil }
        // Workers of its own find it at a socket of its own.
        let endpoint = try listen?.ofThisMachine() ?? Endpoint(ipc: FilePath("/question"))
        var settings = try CoordinatorSettings.ofQuestions(at: endpoint, security, patience, session, in: try MessageContext())
        if let workers {
            // A tenth is left to this process.
            let memory = (context.memory ?? 8 << 30) / 10 * 9 / workers
            settings.children = ChildPlan(
                workers: workers, reducers: 0, program: OwnProgram.path, threads: max(1, context.team.count / workers), memory: memory)
        }
        return settings
    }

    private static func kind(_ text: String) throws -> Intervention.Kind {
        guard let kind = Intervention.Kind(rawValue: text) else { throw unknown(text, Intervention.Kind.allCases.map(\.rawValue)) }
        return kind
    }

    private static func place(_ text: String) throws -> Intervention.Place {
        guard let place = Intervention.Place(rawValue: text) else { throw unknown(text, Intervention.Place.allCases.map(\.rawValue)) }
        return place
    }

    private static func unknown(_ text: String, _ known: [String]) -> ValidationError {
        ValidationError("'\(text)' is none of \(known.joined(separator: ", ")).")
    }
}
