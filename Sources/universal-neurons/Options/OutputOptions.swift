import ArgumentParser
import Logging
import Pipeline

/// How a command prints what it finds and does; every command has these.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the result as JSON on standard output; errors too, as an object with 'error'.")
    var json = false

    @Flag(name: .shortAndLong, help: "Only errors on standard error, no progress.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "More on standard error.")
    var verbose = false

    func validate() throws {
        if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
    }

    /// The least important level that is shown: arguments go before `UN_LOG`.
    ///
    /// - Throws: `PipelineError.invalidEnvironment` when `UN_LOG` names no level.
    func logLevel(environment: [String: String]) throws -> Logger.Level {
        if quiet { return .error }
        if verbose { return .debug }
        guard let name = environment["UN_LOG"], !name.isEmpty else { return .info }
        guard let level = Logger.Level(rawValue: name.lowercased()) else {
            throw PipelineError.invalidEnvironment(
                name: "UN_LOG", value: name, reason: "is no log level",
                expected: "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return level
    }
}
