import Diagnostics
import SystemPackage

/// What can go wrong with files, and with the formats that this module reads.
///
/// Each case carries the path, the operation and what the operating system or the format check said.
public enum StorageError: DiagnosedError, Equatable {
    /// What was being done to a file when it failed.
    public enum Operation: String, Sendable, Equatable {
        case open, create, read, write, sync, close, rename, remove, map, lock
        case createFolder = "create the folder"
        case listFolder = "list the folder"
    }

    /// There is no room: the disk is full (ENOSPC), the quota used up (EDQUOT) or a file-size limit reached (EFBIG).
    /// `bytes` were to be written by the operation that failed.
    case diskFull(FilePath, Operation, bytes: Int, code: Errno)
    /// The operating system does not permit the operation (EACCES, EPERM, EROFS).
    case noPermission(FilePath, Operation, code: Errno)
    /// An input does not exist.
    case notFound(FilePath)
    /// An output cannot be created where it was asked for (a folder on the way is missing or is a file).
    case cannotCreate(FilePath, code: Errno)
    /// An output has the name of something that is no ordinary file, and that a file would take the place of.
    case notAFile(FilePath, kind: FileKind)
    /// Any other failure of the operating system; `bytes` is 0 where nothing was transferred.
    case failed(FilePath, Operation, bytes: Int, code: Errno)
    /// There is no memory for `bytes` that the file's content takes.
    case noMemory(FilePath, bytes: Int)
    /// Another process or thread is writing the same file at this moment.
    case busy(FilePath)
    /// A folder is in use by another process.
    case locked(FilePath, holder: String)
    /// A successor has taken the folder over; this process must not change anything in it any more.
    case lockLost(FilePath, successor: String)
    /// The file system offers no locks.
    case lockUnsupported(FilePath, code: Errno)
    /// The content of a file contradicts its format; `offset` is the byte where that was seen.
    case corrupt(FilePath, offset: Int?, problem: String)
    /// The file is well formed, but of a kind that the program does not read.
    case unsupported(FilePath, what: String)
    /// The file is larger than anything of its kind, and was not read.
    case tooLarge(FilePath, bytes: Int, most: Int)
    /// Compressed data in memory is damaged.
    case badCompression(problem: String)
    /// A value cannot be written as JSON.
    case unencodable(FilePath, problem: String)

    /// The case that fits an error number of the operating system.
    ///
    /// - Parameters:
    ///   - code: `errno` after the call.
    ///   - bytes: How many bytes the call was to transfer.
    public init(_ code: Errno, _ operation: Operation, _ path: FilePath, bytes: Int = 0) {
        switch code {
        case _ where Self.meansNoRoom(code): self = .diskFull(path, operation, bytes: bytes, code: code)
        case .permissionDenied, .notPermitted, .readOnlyFileSystem: self = .noPermission(path, operation, code: code)
        case .noSuchFileOrDirectory where operation == .open || operation == .listFolder || operation == .read: self = .notFound(path)
        case .noSuchFileOrDirectory, .notDirectory, .isDirectory, .fileExists, .fileNameTooLong:
            self =
                operation == .create || operation == .createFolder || operation == .rename
                ? .cannotCreate(path, code: code) : .failed(path, operation, bytes: bytes, code: code)
        default: self = .failed(path, operation, bytes: bytes, code: code)
        }
    }

    /// Whether an error number of the operating system says that there is no room: a full disk, a quota, a limit of files.
    public static func meansNoRoom(_ code: Errno) -> Bool { code == .noSpace || code == .diskQuotaExceeded || code == .fileTooLarge }

    public var message: String {
        switch self {
        case .diskFull(let path, let operation, let bytes, let code):
            let amount = bytes > 0 ? " of \(bytes) bytes" : ""
            return "no room for \(path.string): \(operation.rawValue)\(amount) failed (\(code))"
        case .noPermission(let path, let operation, let code):
            return "not allowed to \(operation.rawValue) \(path.string) (\(code))"
        case .notFound(let path): return "\(path.string) does not exist"
        case .cannotCreate(let path, let code): return "\(path.string) cannot be created (\(code))"
        case .notAFile(let path, let kind): return "\(path.string) is a \(kind.rawValue), which a file would replace"
        case .failed(let path, let operation, let bytes, let code):
            let amount = bytes > 0 ? " of \(bytes) bytes" : ""
            return "\(operation.rawValue)\(amount) failed on \(path.string) (\(code))"
        case .noMemory(let path, let bytes): return "no memory for \(bytes) bytes of \(path.string)"
        case .busy(let path): return "\(path.string) is being written by another process or thread"
        case .locked(let folder, let holder): return "\(folder.string) is in use by \(holder)"
        case .lockLost(let folder, let successor): return "\(folder.string) was taken over by \(successor)"
        case .lockUnsupported(let folder, let code): return "the file system of \(folder.string) has no locks (\(code))"
        case .corrupt(let path, let offset, let problem):
            return offset.map { "\(path.string) is damaged at byte \($0): \(problem)" } ?? "\(path.string) is damaged: \(problem)"
        case .unsupported(let path, let what): return "\(path.string): \(what) is not supported"
        case .tooLarge(let path, let bytes, let most):
            return "\(path.string) has \(bytes) bytes, the most that are read of such a file are \(most)"
        case .badCompression(let problem): return "compressed data is damaged: \(problem)"
        case .unencodable(let path, let problem): return "\(path.string) cannot be written as JSON: \(problem)"
        }
    }

    public var remedy: String {
        switch self {
        case .diskFull: return "make room on that disk and start again, nothing was lost"
        case .noPermission: return "change the permissions or choose another folder"
        case .notFound: return "check the path"
        case .cannotCreate(_, .isDirectory): return "a folder has that name: choose another name, or move the folder away"
        case .cannotCreate(_, .notDirectory), .cannotCreate(_, .fileExists):
            return "a file has the name of a folder on the way: choose another folder, or move the file away"
        case .cannotCreate(_, .fileNameTooLong): return "choose a shorter name"
        case .cannotCreate: return "create the folder that should hold it, or choose another"
        case .notAFile: return "choose the name of a file"
        case .failed: return "look at the disk and at the system's log, then start again"
        case .noMemory: return "end other programs or use a machine with more memory; if the file should be small, make it again"
        case .busy: return "wait for the other writer or stop it"
        case .locked: return "wait until it ends, stop it, or choose another folder"
        case .lockLost: return "leave the work to the successor"
        case .lockUnsupported: return "choose a folder on a local disk, or mount the network file system with locks"
        case .corrupt: return "make the file again or fetch it again"
        case .unsupported: return "convert the file"
        case .tooLarge: return "check that it is what its name says, and fetch it again"
        case .badCompression: return "make the file again or fetch it again"
        case .unencodable: return "report this with the command that led to it"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .diskFull: return .noRoom
        case .noMemory, .busy, .locked, .lockLost: return .temporaryFailure
        case .noPermission: return .noPermission
        case .notFound: return .noInput
        case .cannotCreate, .notAFile: return .cannotCreate
        case .failed: return .ioError
        case .lockUnsupported: return .unavailable
        case .corrupt, .unsupported, .tooLarge, .badCompression: return .dataError
        case .unencodable: return .software
        }
    }
}
