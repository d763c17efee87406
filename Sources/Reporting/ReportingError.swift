import Diagnostics

/// What can go wrong while a report is made.
public enum ReportingError: DiagnosedError, Equatable {
    /// A template of the program does not parse.
    case template(name: String, reason: String)
    /// Two parts of the content contradict each other.
    case inconsistent(what: String, expected: Int, found: Int)

    /// What went wrong.
    public var message: String {
        switch self {
        case .template(let name, let reason): "the report's template \(name) cannot be used: \(reason)"
        case .inconsistent(let what, let expected, let found): "the report's content has \(found) \(what) where \(expected) are expected"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .template: "report this as a fault of the program"
        case .inconsistent: "run analyze again; if it stays, report it as a fault of the program"
        }
    }

    /// A fault of the program in either case.
    public var exitStatus: ExitStatus { .software }
}
