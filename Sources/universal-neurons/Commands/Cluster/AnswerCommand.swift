import ArgumentParser
import Cluster
import Pipeline

/// `answer`: stand by with workers for questions about a run's neurons.
struct AnswerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Stand by with workers for questions about a run's neurons, until it is stopped.",
        discussion: """
            EXAMPLE:
              universal-neurons answer runs/demo --listen tcp://0.0.0.0:7400 --keys keys

            Start workers anywhere with `universal-neurons worker --connect tcp://head:7400 --keys keys`, as for a run; they stay from one \
            question to the next. `universal-neurons intervene runs/demo --neurons 3.117 --connect tcp://head:7400 --keys keys` asks, from any \
            machine and as many people as like: one question is answered at a time, the others wait. One that nobody waits for any more is \
            put down. What is measured is kept in RUN/interventions, and whoever asks the same question goes on with it.

            It takes a plan, its models and its corpus; the run need not be complete, and is this process's meanwhile: `run`, `extend`, \
            `gather` and their like find it taken (75).
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Option(
        help: ArgumentHelp("Where to listen for workers and questions, such as tcp://0.0.0.0:7400.", valueName: "endpoint"),
        transform: EndpointArgument.parse)
    var listen: Endpoint

    @OptionGroup var patience: PatienceOptions

    @OptionGroup var security: SecurityOptions

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "answer")
        let folder = folder.planFolder
        let context = try session.context(planIn: folder, resources)
        let settings = try CoordinatorSettings.ofQuestions(
            at: try listen.ofThisMachine(), security, patience, session, in: try MessageContext())
        try AnswerJob(folder: folder, settings: settings, context: context).run()
    }
}

extension CoordinatorSettings {
    /// How questions are answered at an endpoint by workers that others start.
    ///
    /// - Throws: as `ClusterSecurity.coordinator`.
    static func ofQuestions(
        at endpoint: Endpoint, _ security: SecurityOptions, _ patience: PatienceOptions, _ session: Session, in messages: MessageContext
    ) throws -> CoordinatorSettings {
        FileLimit.raise()
        var settings = CoordinatorSettings(
            endpoint: endpoint, security: try security.value.coordinator(endpoint, in: messages, logger: session.log), messages: messages)
        settings.policy = patience.policy
        // Several signs of life fit into a lease's patience: one that is late or lost is no silence.
        settings.heartbeat = min(settings.heartbeat, patience.leaseTimeout * 1_000 / 5)
        return settings
    }
}
