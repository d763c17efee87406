import Diagnostics
import SystemPackage

/// What can go wrong while a report is made.
public enum ReportingError: DiagnosedError, Equatable {
    /// A template of the program does not parse.
    case template(name: String, reason: String)
    /// A folder for pages has files that are no pages of a run.
    case folderNotEmpty(folder: FilePath, holds: [String])
    /// Two parts of the content contradict each other.
    case inconsistent(what: String, expected: Int, found: Int)

    /// What went wrong.
    public var message: String {
        switch self {
        case .template(let name, let reason): "the report's template \(name) cannot be used: \(reason)"
        case .folderNotEmpty(let folder, let names):
            "\(folder) holds other files than pages of a run: \(names.prefix(4).joined(separator: ", "))"
                + (names.count > 4 ? " and \(names.count - 4) more" : "")
        case .inconsistent(let what, let expected, let found): "the report's content has \(found) \(what) where \(expected) are expected"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .template: "report this as a fault of the program"
        case .folderNotEmpty: "choose a new folder for the pages, or an empty one"
        case .inconsistent: "run analyze again; if it stays, report it as a fault of the program"
        }
    }

    /// A fault of the program, but for a folder that another should be.
    public var exitStatus: ExitStatus {
        switch self {
        case .template, .inconsistent: .software
        case .folderNotEmpty: .cannotCreate
        }
    }
}
