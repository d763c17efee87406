import Diagnostics
import SystemPackage

/// What can go wrong between a configuration and the files of a run.
public enum PipelineError: DiagnosedError, Equatable {
    /// The configuration file does not exist or cannot be read.
    case configurationUnreadable(file: FilePath, errno: Errno)
    /// The configuration file is larger than any configuration is.
    case configurationTooLarge(file: FilePath, bytes: Int, limit: Int)
    /// The configuration file is not YAML; `line` counts from 1.
    case configurationSyntax(file: FilePath, line: Int, problem: String)
    /// A key that no configuration has; `nearest` is the known key that it resembles most.
    case unknownKey(file: FilePath, line: Int, key: String, nearest: String, known: [String])
    /// A key that stands twice in one mapping.
    case duplicateKey(file: FilePath, line: Int, key: String)
    /// A key that has no default is not there.
    case missingKey(file: FilePath, line: Int, key: String, expected: String)
    /// A value of the wrong type.
    case wrongType(file: FilePath, line: Int, key: String, expected: String, found: String)
    /// A value of the right type that cannot be used.
    case invalidValue(file: FilePath, line: Int, key: String, value: String, reason: String, remedy: String)
    /// A value that a later version of the program will understand.
    case notYetSupported(file: FilePath, line: Int, key: String, value: String, supported: [String])
    /// Text that is no quantity of its kind (a token budget, a memory size, a resolution), wherever it was written.
    case invalidQuantity(value: String, reason: String, expected: String)
    /// An environment variable of the program with a value that it cannot have.
    case invalidEnvironment(name: String, value: String, reason: String, expected: String)
    /// The job was asked to stop (Ctrl-C, termination) and did so at a safe point.
    case stopped

    public var message: String {
        switch self {
        case .configurationUnreadable(let file, let errno):
            "\(file.string): cannot read the configuration: \(errno)"
        case .configurationTooLarge(let file, let bytes, let limit):
            "\(file.string): \(bytes) bytes are too many for a configuration, whose limit is \(limit) bytes"
        case .configurationSyntax(let file, let line, let problem):
            "\(file.string):\(line): not valid YAML: \(problem)"
        case .unknownKey(let file, let line, let key, let nearest, _):
            "\(file.string):\(line): unknown key '\(key)'; the nearest known key is '\(nearest)'"
        case .duplicateKey(let file, let line, let key):
            "\(file.string):\(line): the key '\(key)' stands here and once more in the same mapping"
        case .missingKey(let file, let line, let key, let expected):
            "\(file.string):\(line): the key '\(key)' is missing, expected \(expected)"
        case .wrongType(let file, let line, let key, let expected, let found):
            "\(file.string):\(line): '\(key)' must be \(expected), found \(found)"
        case .invalidValue(let file, let line, let key, let value, let reason, _):
            "\(file.string):\(line): '\(key)' cannot be '\(value)': \(reason)"
        case .notYetSupported(let file, let line, let key, let value, _):
            "\(file.string):\(line): '\(key): \(value)' comes with a later version, this one does not have it"
        case .invalidQuantity(let value, let reason, _):
            "'\(value)' \(reason)"
        case .invalidEnvironment(let name, let value, let reason, _):
            "the environment variable \(name) is '\(value)', which \(reason)"
        case .stopped:
            "stopped on request before the job was complete"
        }
    }

    public var remedy: String {
        switch self {
        case .configurationUnreadable(_, let errno):
            errno == .noSuchFileOrDirectory ? "check the path of the configuration" : "give the path of a readable YAML file"
        case .configurationTooLarge:
            "give the YAML file of a run; corpus and models belong into files of their own"
        case .configurationSyntax:
            "correct the line; configs/demo.yaml shows the form"
        case .unknownKey(_, _, _, let nearest, let known):
            "write '\(nearest)' if that was meant; known here: \(known.joined(separator: ", "))"
        case .duplicateKey:
            "keep one of the two"
        case .missingKey(_, _, let key, _):
            "add '\(key)' to the configuration"
        case .wrongType(_, _, _, let expected, _):
            "write \(expected)"
        case .invalidValue(_, _, _, _, _, let remedy):
            remedy
        case .notYetSupported(_, _, let key, _, let supported):
            "set '\(key)' to \(Self.alternatives(supported)), or leave the key out"
        case .invalidQuantity(_, _, let expected):
            "give \(expected)"
        case .invalidEnvironment(let name, _, _, let expected):
            "set \(name) to \(expected), or unset it"
        case .stopped:
            "run the same command again: it continues where this one stopped"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .configurationUnreadable(_, let errno):
            errno == .permissionDenied ? .noPermission : .noInput
        case .configurationTooLarge, .configurationSyntax, .unknownKey, .duplicateKey, .missingKey, .wrongType, .invalidValue,
            .notYetSupported, .invalidEnvironment:
            .configuration
        case .invalidQuantity:
            .usage
        case .stopped:
            .temporaryFailure
        }
    }

    /// "a", "a or b", "a, b or c".
    static func alternatives(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
