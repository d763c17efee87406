import Diagnostics
import SystemPackage

/// What can go wrong between the processes of a cluster, on this process's own side.
///
/// What comes from the network is never an error of this kind: it is refused with a `MessageRefusal`, counted and dropped.
public enum ClusterError: DiagnosedError, Equatable {
    /// A text is no endpoint that this program uses.
    case badEndpoint(String, problem: String)
    /// Another process listens there already.
    case endpointTaken(Endpoint)
    /// Listening or connecting is not possible there.
    case endpointUnusable(Endpoint, problem: String)
    /// A tcp endpoint was to be used without keys.
    case keysMissing(Endpoint)
    /// Keys of the wrong role: a server's are for listening, a client's for connecting.
    case wrongRole(Endpoint, isListening: Bool)
    /// Others than the owner can enter a folder that must be private.
    case folderNotPrivate(FilePath, problem: String, command: String)
    /// Others than the owner can read a secret key; `mode` is the file's permission bits.
    case secretExposed(FilePath, mode: UInt32, command: String)
    /// A file holds no key, or not the one that belongs there.
    case badKey(FilePath, problem: String)
    /// A text is no public key.
    case badKeyText(problem: String)
    /// A folder has keys already; new ones would lock every peer out that has the old ones.
    case keysExist(FilePath)
    /// A key cannot be kept under a name.
    case badKeyName(String)
    /// A message that this process made is larger than its receivers accept.
    case messageTooLarge(MessageKind, problem: String)
    /// A message's body cannot be written as JSON.
    case unencodable(MessageKind, problem: String)
    /// There is no ledger.
    case ledgerMissing(FilePath)
    /// A newer version of the program has written the ledger.
    case ledgerIsNewer(FilePath)
    /// The ledger belongs to another plan; identities as hexadecimal digits.
    case ledgerOfOtherPlan(FilePath, found: String, expected: String)
    /// The ledger cannot be opened, read or written.
    case ledgerUnusable(FilePath, problem: String)
    /// The coordinator does not want this process; `status` is the exit code that it asks for.
    case turnedAway(reason: String, remedy: String, status: Int32)
    /// The messaging library or the operating system refused something (descriptors, memory, threads).
    case refused(call: String, code: Int32, problem: String)

    public var message: String {
        switch self {
        case .badEndpoint(let text, let problem): "\"\(text)\" is no endpoint: \(problem)"
        case .endpointTaken(let endpoint): "another process listens at \(endpoint) already"
        case .endpointUnusable(let endpoint, let problem): "\(endpoint) cannot be used: \(problem)"
        case .keysMissing(let endpoint): "\(endpoint) can be reached over the network, and there are no keys to protect it"
        case .wrongRole(let endpoint, let isListening):
            "\(endpoint) cannot be \(isListening ? "listened at with a client's" : "connected to with a server's") keys"
        case .folderNotPrivate(let folder, let problem, _): "the folder \(folder.string) is not private: \(problem)"
        case .secretExposed(let file, let mode, _):
            "the secret key \(file.string) can be read by others (mode 0\(String(mode, radix: 8)))"
        case .badKey(let file, let problem): "\(file.string) is no usable key: \(problem)"
        case .badKeyText(let problem): "that is no public key: \(problem)"
        case .keysExist(let folder): "\(folder.string) has keys already"
        case .badKeyName(let name): "\"\(name)\" cannot name a key"
        case .messageTooLarge(let kind, let problem): "a message of kind \(kind.rawValue) is too large to be sent: \(problem)"
        case .unencodable(let kind, let problem): "a message of kind \(kind.rawValue) cannot be written as JSON: \(problem)"
        case .ledgerMissing(let file): "\(file.string) does not exist"
        case .ledgerIsNewer(let file): "the ledger \(file.string) was written by a newer version of this program"
        case .ledgerOfOtherPlan(let file, let found, let expected):
            "the ledger \(file.string) belongs to plan \(found.prefix(12)), not to \(expected.prefix(12))"
        case .ledgerUnusable(let file, let problem): "the ledger \(file.string) cannot be used: \(problem)"
        case .turnedAway(let reason, _, _): "the coordinator turned this process away: \(reason)"
        case .refused(let call, let code, let problem): "\(call) failed (\(problem), errno \(code))"
        }
    }

    public var remedy: String {
        switch self {
        case .badEndpoint: "write it as tcp://host:port, tcp://0.0.0.0:* for any free port, or ipc:///path"
        case .endpointTaken: "stop that process or choose another port or path"
        case .endpointUnusable: "check the address and this machine's network, or choose another"
        case .keysMissing: "make keys with `universal-neurons keys init DIR` and pass them with `--keys DIR`, or ask for `--insecure`"
        case .wrongRole: "give the process that listens server.key, and those that connect client.key and server.pub"
        case .folderNotPrivate(_, _, let command), .secretExposed(_, _, let command): "run `\(command)`"
        case .badKey: "copy the file again from the folder that `universal-neurons keys init` made"
        case .badKeyText: "pass the 40 characters of the other side's client.pub"
        case .keysExist: "use them, or choose an empty folder"
        case .badKeyName: "use at most 64 letters, digits, dots, hyphens and underscores, beginning with a letter or a digit"
        case .messageTooLarge, .unencodable: "report this with the command that led to it"
        case .ledgerMissing: "check the run's folder: only a run that a coordinator has had has a ledger"
        case .ledgerIsNewer: "use that version, or a newer one"
        case .ledgerOfOtherPlan: "start the coordinator with that run's own folder"
        case .ledgerUnusable: "make room or repair the disk; a ledger that is lost is begun anew with `--rebuild-ledger`"
        case .turnedAway(_, let remedy, _): remedy
        case .refused: "look at the limits of this process (`ulimit -n`) and at the system's log, then start again"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .badEndpoint, .badKeyName, .badKeyText: .usage
        case .endpointTaken, .endpointUnusable: .unavailable
        case .keysMissing, .wrongRole: .configuration
        case .folderNotPrivate, .secretExposed: .noPermission
        case .badKey: .dataError
        case .keysExist: .cannotCreate
        case .messageTooLarge, .unencodable: .software
        case .ledgerMissing: .noInput
        case .ledgerIsNewer, .ledgerOfOtherPlan: .dataError
        case .ledgerUnusable: .ioError
        case .turnedAway(_, _, let status): ExitStatus(rawValue: status) ?? .unavailable
        case .refused: .osError
        }
    }
}
