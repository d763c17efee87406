import ArgumentParser
import Scheduling

/// How patient whoever gives out tasks is with workers; none of it changes a number.
struct PatienceOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Attempts that may fail before a task is given up.", valueName: "n"))
    var retries = 3

    @Option(parsing: .unconditional, help: ArgumentHelp("Workers that may be lost with a task before it is given up.", valueName: "n"))
    var crashLimit = 2

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Seconds of silence after which a worker's tasks go to others.", valueName: "seconds"))
    var leaseTimeout = 30

    func validate() throws {
        guard (1...1_000).contains(retries) else { throw ValidationError("--retries is a number from 1 to 1000.") }
        guard (1...1_000).contains(crashLimit) else { throw ValidationError("--crash-limit is a number from 1 to 1000.") }
        guard (1...86_400).contains(leaseTimeout) else { throw ValidationError("--lease-timeout is from 1 to 86400 seconds.") }
    }

    /// The same for the scheduler.
    var policy: SchedulerPolicy {
        var policy = SchedulerPolicy()
        policy.retries = retries
        policy.deaths = crashLimit
        policy.leaseTimeout = Int64(leaseTimeout) * 1_000
        return policy
    }
}
