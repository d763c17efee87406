import Diagnostics
import Storage
import SystemPackage

/// What can go wrong in the command line itself.
enum CommandLineError: DiagnosedError, Equatable {
    /// The first word of the command line is no command.
    case unknownCommand(String)
    /// A column is named as those of the run are not.
    ///
    /// - Parameters:
    ///   - own: what the run calls one of that layer and number.
    ///   - kind: what each of the run's columns is.
    case noSuchColumn(String, own: String, kind: String)
    /// Standard output was closed by its reader; nothing is printed about it.
    case outputClosed
    /// Standard output takes no more.
    case outputFailed(errno: Errno)
    /// The machine does not compute as it should; `doctor` or `bench` printed what.
    case unhealthy(findings: Int)

    var message: String {
        switch self {
        case .unknownCommand(let name): "unknown command '\(name)'"
        case .noSuchColumn(let name, _, let kind): "the run has no column \(name): its columns are \(kind)s"
        case .outputClosed: "standard output is closed"
        case .outputFailed(let errno): "cannot write to standard output: \(errno)"
        case .unhealthy(let findings): "\(findings) of the checks failed"
        }
    }

    var remedy: String {
        switch self {
        case .unknownCommand: "`universal-neurons --help` lists the commands"
        case .noSuchColumn(_, let own, let kind): "name a \(kind) such as \(own)"
        case .outputClosed, .outputFailed: "give standard output a place with room"
        case .unhealthy: "follow the remedies printed with the checks"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .unknownCommand, .noSuchColumn: .usage
        case .outputFailed(let errno) where StorageError.meansNoRoom(errno): .noRoom
        case .outputClosed, .outputFailed: .ioError
        case .unhealthy: .unavailable
        }
    }
}
