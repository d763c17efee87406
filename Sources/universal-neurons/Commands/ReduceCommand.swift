import ArgumentParser
import Pipeline
import Storage
import SystemPackage

/// `reduce`: add partials up, into a partial or into a store.
struct ReduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reduce",
        abstract: "Add partials up, into a partial or into a store.",
        discussion: """
            EXAMPLE:
              universal-neurons reduce parts/*.partial --store runs/demo/store

            Any grouping and any order give the same bits. A copy of what is there is dropped, any other overlap refused.
            """)

    @Argument(help: "Partials of one plan, in any order.")
    var partials: [PathArgument]

    @Option(name: .shortAndLong, help: "The partial to write.")
    var output: PathArgument?

    @Option(help: "The store to add to; made where it is missing.")
    var store: PathArgument?

    @Option(help: "The plan, plan.json or its folder (default: the one beside the store or the partials, or above them).")
    var plan: PathArgument?

    func validate() throws {
        if (output == nil) == (store == nil) { throw ValidationError("Give either '--output' or '--store'.") }
    }

    @Option(
        parsing: .unconditional, help: "Threads (default: UN_THREADS, the configuration, one a core).",
        transform: ConfigurationOverrides.threads(parsing:))
    var threads: Int?

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "reduce")
        session.listenForSignals()
        let inputs = partials.map(\.path)
        let target: ReducePartials.Target
        let written: PathArgument
        if let store {
            target = .store(store.path)
            written = store
        } else if let output {
            target = .file(output.path)
            written = output
        } else {
            throw ValidationError("Give either '--output' or '--store'.")
        }
        // Beside what is not there no plan lies, either: the missing file is what people have to hear of.
        for input in inputs { _ = try MappedFile(input) }
        let places = [store?.path, inputs.first, output?.path].compactMap(\.self)
        guard let folder = plan?.planFolder ?? Self.nearestPlan(to: places) else { throw PipelineError.noPlanBeside(places) }
        let limits = ConfigurationOverrides(threads: threads).over(try ResourceOptions.environment())
        let planned = try RunPlan.read(folder.plan).configuration
        // What a merge needs is a few tiles for each thread, whatever the memory.
        let context = session.context(threads: limits.threads ?? planned.threads, memory: nil)
        let added = try ReducePartials(folder: folder, inputs: inputs, target: target, context: context).run()
        let result = ReduceResult(partials: inputs.count, added: added, output: written.path.string)
        try session.finish(result) { result.text(isStore: store != nil) }
    }

    /// What `--json` prints.
    private struct ReduceResult: Encodable {
        let partials: Int
        /// Those that brought something new.
        let added: Int
        let output: String

        func text(isStore: Bool) -> String {
            let rest = partials - added
            let dropped =
                isStore
                ? "\(rest) \(rest == 1 ? "was" : "were") there already"
                : "\(rest) \(rest == 1 ? "is" : "are") contained in others"
            let words = rest == 0 ? "\(AmountText.count(added, "partial")) added up" : "\(added) added, \(dropped)"
            return "\(words) in \(output)\n"
        }
    }

    /// The folder of the first plan that lies beside one of the paths or in a folder above it.
    private static func nearestPlan(to paths: [FilePath]) -> RunFolder? {
        // Three levels: RUN/store, RUN/store/staging, RUN/parts/some/where.
        for path in paths {
            var folder = path
            for _ in 0..<3 {
                folder = folder.removingLastComponent()
                let run = RunFolder(folder.isEmpty ? "." : folder)
                if run.hasPlan { return run }
            }
        }
        return nil
    }
}
