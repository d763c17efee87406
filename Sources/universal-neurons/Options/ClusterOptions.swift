import ArgumentParser

/// How a coordinator works; none of it changes a number.
struct ClusterOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of tasks that a second worker computes for comparison, such as 1%.", valueName: "share"))
    var audit: Share?

    @Option(parsing: .unconditional, help: ArgumentHelp("Attempts that may fail before a task is given up.", valueName: "n"))
    var retries = 3

    @Option(parsing: .unconditional, help: ArgumentHelp("Workers that may be lost with a task before it is given up.", valueName: "n"))
    var crashLimit = 2

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Seconds of silence after which a worker's tasks go to others.", valueName: "seconds"))
    var leaseTimeout = 30

    @Flag(help: "Begin a ledger anew that cannot be used: the reducers know what is done.")
    var rebuildLedger = false

    func validate() throws {
        guard (1...1_000).contains(retries) else { throw ValidationError("--retries is a number from 1 to 1000.") }
        guard (1...1_000).contains(crashLimit) else { throw ValidationError("--crash-limit is a number from 1 to 1000.") }
        guard (1...86_400).contains(leaseTimeout) else { throw ValidationError("--lease-timeout is from 1 to 86400 seconds.") }
    }
}
