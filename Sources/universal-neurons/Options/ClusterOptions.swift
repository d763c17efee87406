import ArgumentParser

/// How a coordinator works; none of it changes a number.
struct ClusterOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of tasks that a second worker computes for comparison, such as 1%.", valueName: "share"))
    var audit: Share?

    @OptionGroup var patience: PatienceOptions

    @Flag(help: "Begin a ledger anew that cannot be used: the reducers know what is done.")
    var rebuildLedger = false
}
