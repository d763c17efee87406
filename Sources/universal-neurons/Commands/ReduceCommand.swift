import ArgumentParser
import Pipeline

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

    func validate() throws {
        if (output == nil) == (store == nil) { throw ValidationError("Give either '--output' or '--store'.") }
    }

    @OptionGroup var report: ReportOptions

    func run() throws {
        throw CommandLineError.notConnected
    }
}
