import Diagnostics
import Storage
import SystemPackage

/// What can go wrong in the command line itself.
enum CommandLineError: DiagnosedError, Equatable {
    /// The first word of the command line is no command.
    case unknownCommand(String)
    /// Standard output was closed by its reader; nothing is printed about it.
    case outputClosed
    /// Standard output takes no more.
    case outputFailed(errno: Errno)
    /// The machine does not compute as it should; `doctor` or `bench` printed what.
    case unhealthy(findings: Int)

    var message: String {
        switch self {
        case .unknownCommand(let name): "unknown command '\(name)'"
        case .outputClosed: "standard output is closed"
        case .outputFailed(let errno): "cannot write to standard output: \(errno)"
        case .unhealthy(let findings): "\(findings) of the checks failed"
        }
    }

    var remedy: String {
        switch self {
        case .unknownCommand: "`universal-neurons --help` lists the commands"
        case .outputClosed, .outputFailed: "give standard output a place with room"
        case .unhealthy: "follow the remedies printed with the checks"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .unknownCommand: .usage
        case .outputFailed(let errno) where StorageError.meansNoRoom(errno): .noRoom
        case .outputClosed, .outputFailed: .ioError
        case .unhealthy: .unavailable
        }
    }
}
