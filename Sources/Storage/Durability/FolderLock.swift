import Glibc
import SystemPackage

/// Ownership of a folder: one process at a time may change what is in it.
///
/// The owner holds an exclusive `flock` on `<folder>/.lock`, in which its process, host and epoch stand. The lock goes with the process,
/// however it ends. A successor that may not wait (the owner sleeps, or its host is unreachable) takes the folder over with a new lock file;
/// the old owner learns of it at its next `check`. A new owner removes what earlier ones had begun to write, so that one of them that wakes
/// up changes nothing:
///
///     let lock = try FolderLock(store)
///     try lock.replace(store.appending("block.0")) { file in … }
public final class FolderLock: Sendable {
    /// Name of the lock file.
    public static let fileName = ".lock"
    /// What stands before the epoch in the names of an owner's unfinished files.
    private static let tag = ".epoch"

    /// The folder that is owned.
    public let folder: FilePath
    /// Counts the owners that the folder has had, this one included.
    public var epoch: Int { owner.epoch }
    /// What stands before `.part` in the names of this owner's unfinished files: a successor removes those that have it, whatever the
    /// file. For `DurableFile.replace` and those who write through it.
    public var tag: String { Self.tag + String(epoch) }

    private let owner: LockOwner
    private let descriptor: Int32
    private let path: FilePath

    /// Takes a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder; it must exist.
    ///   - takingOver: Take it from an owner that holds it.
    /// - Throws: `StorageError.locked` with the owner's process and host, `.lockUnsupported`, or what the operating system refuses.
    public init(_ folder: FilePath, takingOver: Bool = false) throws {
        self.folder = folder
        let path = folder.appending(Self.fileName)
        self.path = path
        let claim = takingOver ? try Self.replaceLock(path) : try Self.openLock(path)
        do {
            owner = LockOwner.current(epoch: LockOwner.epoch(after: claim.previous))
            try owner.write(to: claim.descriptor, path)
            if takingOver { try LocalFiles.call(.rename, path) { rename(claim.path.string, path.string) } }
            try LocalFiles().syncFolder(folder)
            // Only now: a file that the old owner begins from here on fails its `check`, one begun before is found and removed.
            for part in try Folder.parts(in: folder) where Self.isOwners(part) { try LocalFiles().remove(part) }
        } catch {
            close(claim.descriptor)
            throw error
        }
        descriptor = claim.descriptor
    }

    deinit { close(descriptor) }

    /// Makes sure that this process still owns the folder; to be called before each change.
    ///
    /// - Throws: `StorageError.lockLost` with the successor.
    public func check() throws {
        var ours = stat()
        var named = stat()
        try LocalFiles.call(.lock, path) { fstat(descriptor, &ours) }
        guard stat(path.string, &named) == 0 else { throw StorageError.lockLost(folder, successor: "someone who removed \(Self.fileName)") }
        guard ours.st_ino == named.st_ino, ours.st_dev == named.st_dev, LockOwner.read(descriptor)?.token == owner.token else {
            throw StorageError.lockLost(folder, successor: LockOwner.read(path)?.description ?? "another process")
        }
    }

    /// Writes a file of the folder in one step, unless a successor has taken the folder over: then nothing changes.
    ///
    /// - Throws: `StorageError.lockLost`, another `StorageError`, or what `body` throws; the old file then stays.
    public func replace(
        _ path: FilePath, on files: some FileLayer = LocalFiles(), _ body: (inout DurableFile.Writer) throws -> Void
    ) throws {
        try check()
        // With the epoch in its name our unfinished file is never mistaken for a successor's: once that one has removed it, the rename
        // of a process that slept between the check and the rename finds nothing to rename.
        try DurableFile.replace(path, on: files, tag: tag, beforeRename: check, body)
    }

    /// Whether an unfinished file was an owner's (`name.epoch<number>.part`); others may belong to processes that need no lock.
    private static func isOwners(_ part: FilePath) -> Bool {
        let name = part.string.dropLast(DurableFile.partSuffix.count)
        guard let dot = name.lastIndex(of: "."), name[dot...].hasPrefix(tag) else { return false }
        return Int(name[dot...].dropFirst(tag.count)) != nil
    }

    /// A lock file that this process has open and locked, and who had it before.
    private struct Claim {
        let path: FilePath
        let descriptor: Int32
        let previous: LockOwner?
    }

    private static func openLock(_ path: FilePath) throws -> Claim {
        while true {
            let descriptor = try LocalFiles.call(.create, path) { open(path.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
            do {
                guard try lock(descriptor, path) else {
                    let holder = LockOwner.read(path)?.description ?? "another process"
                    throw StorageError.locked(path.removingLastComponent(), holder: holder)
                }
                var opened = stat()
                var named = stat()
                if fstat(descriptor, &opened) == 0, stat(path.string, &named) == 0, opened.st_ino == named.st_ino {
                    return Claim(path: path, descriptor: descriptor, previous: LockOwner.read(descriptor))
                }
            } catch {
                close(descriptor)
                throw error
            }
            // Someone took the folder over between the opening and the lock: the file at that name is another one now.
            close(descriptor)
        }
    }

    private static func replaceLock(_ path: FilePath) throws -> Claim {
        // Two successors at once: the one that comes second finds the first one's file locked.
        let next = FilePath(path.string + ".next")
        let descriptor = try LocalFiles.call(.create, next) { open(next.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
        guard try lock(descriptor, next) else {
            close(descriptor)
            throw StorageError.locked(path.removingLastComponent(), holder: "a successor that is just starting")
        }
        return Claim(path: next, descriptor: descriptor, previous: LockOwner.read(path))
    }

    private static func lock(_ descriptor: Int32, _ path: FilePath) throws -> Bool {
        // Whoever asks for the holder has the lock for a moment.
        var attempts = 3
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = Errno(rawValue: errno)
            switch code {
            case .interrupted: continue
            case .wouldBlock:
                attempts -= 1
                guard attempts > 0 else { return false }
                usleep(10_000)
            case .noLocks, .notSupported, .noFunction, .invalidArgument:
                throw StorageError.lockUnsupported(path.removingLastComponent(), code: code)
            default: throw StorageError(code, .lock, path)
            }
        }
        return true
    }
}
