/// The process exit codes of `sysexits.h` that the program uses, and one of shells; 0 is success and only a complete job earns it.
public enum ExitStatus: Int32, Sendable, Codable {
    /// The command line is wrong.
    case usage = 64
    /// The content of an input is wrong (corrupt, truncated, contradictory).
    case dataError = 65
    /// An input does not exist or cannot be read.
    case noInput = 66
    /// Something needed is not available here (a processor feature, a library).
    case unavailable = 69
    /// A fault of the program itself.
    case software = 70
    /// The operating system refused something (memory, processes).
    case osError = 71
    /// An output cannot be created.
    case cannotCreate = 73
    /// An I/O error.
    case ioError = 74
    /// Try again later.
    case temporaryFailure = 75
    /// No permission.
    case noPermission = 77
    /// The configuration is wrong.
    case configuration = 78
    /// A person ended it, as Ctrl-C does: nothing starts it again by itself.
    case interrupted = 130

    /// What it is where there is no room on a disk, whatever was to be written there: nothing is lost, and with room it goes on.
    public static let noRoom = temporaryFailure
}
