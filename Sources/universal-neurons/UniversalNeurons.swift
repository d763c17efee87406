import ArgumentParser
import Pipeline

/// The root of the command line.
struct UniversalNeurons: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "universal-neurons",
        abstract: "Finds the neurons that come out the same in language models trained from different seeds.",
        discussion: """
            EXAMPLE:
              universal-neurons run configs/demo.yaml --output runs/demo

            Results and JSON go to standard output, logs and progress to standard error.
            The exit code is 0 only when the job is complete; else it is one of sysexits.h, 130 after Ctrl-C or `cancel`, or 143.
            UN_TOKENS, UN_THREADS, UN_MEMORY and UN_LOG stand for --tokens, --threads, --memory and the log level.
            """,
        version: "universal-neurons \(ProgramVersion.current)",
        subcommands: [
            RunCommand.self, ExtendCommand.self, AnalyzeCommand.self, InspectCommand.self, NeuronCommand.self, PagesCommand.self,
            RolesCommand.self,
            AttentionCommand.self, InterveneCommand.self, SubstituteCommand.self, SimilarityCommand.self, CompareCommand.self,
            ExportCommand.self, CleanCommand.self, DoctorCommand.self, FeaturesCommand.self, TokenizeCommand.self, PlanCommand.self,
            TasksCommand.self,
            MapCommand.self, ReduceCommand.self,
            CoordinatorCommand.self, WorkerCommand.self, ReducerCommand.self, StatusCommand.self, ExplainCommand.self,
            EventsCommand.self, ResumeCommand.self, RetryCommand.self, ReassignCommand.self, CancelCommand.self, GatherCommand.self,
            AnswerCommand.self, KeysCommand.self,
            BenchCommand.self,
        ])

    /// What the first word of a command line may be.
    static let commands = Set(["help"] + configuration.subcommands.compactMap { $0.configuration.commandName })
}
