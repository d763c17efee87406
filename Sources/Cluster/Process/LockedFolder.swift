import Foundation
import Glibc
import Storage
import SystemPackage

/// A private folder among others of its kind in a common one, for files that nobody needs when its process is over; removed with this object.
///
/// A process that is killed leaves its folder behind; the next one of its host removes it. Whether it is still in use a lock tells that ends
/// with its process, whatever ends it, and however processes are numbered on either side of a container's wall. Of other hosts' folders, on
/// storage that they share, the lock need not tell anything.
final class LockedFolder {
    /// The folder.
    let path: FilePath
    private let lock: Int32

    private static let lockName = "lock"
    /// Seconds after which nobody works on a draft any more, which takes a few system calls.
    private static let draftAge = 600

    /// Makes a folder, and removes those of its kind and of this host whose processes are gone.
    ///
    /// - Parameters:
    ///   - name: what ends its name.
    ///   - prefix: by what folders of its kind are known; nobody else has folders of such names.
    ///   - takeLock: takes the lock of an open file; says why it could not. Where locks do not exist the folder has none, and stays when its
    ///     process is killed.
    /// - Throws: `StorageError`, `ClusterError.folderNotPrivate`.
    init(_ name: String, prefix: String, in parent: FilePath, takeLock: (Int32) -> Errno? = LockedFolder.takeLock) throws {
        Self.removeAbandoned(prefix, in: parent, takeLock)
        let name = Self.name(name, prefix: prefix)
        // It has its name, by which it would be removed, only once it is locked.
        let draft = parent.appending("." + name)
        let path = parent.appending(name)
        try PrivateFolder.create(at: draft)
        let file = draft.appending(Self.lockName)
        let lock = open(file.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if let problem = Self.problem(of: lock, takeLock) ?? Self.rename(draft, to: path) {
            if lock >= 0 { close(lock) }
            try? FileManager.default.removeItem(atPath: draft.string)
            throw StorageError(problem, .create, path)
        }
        // Not before: an object that has both is taken down where its making fails, and what has the name by then is another's.
        (self.path, self.lock) = (path, lock)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
        close(lock)
    }

    /// The name of a folder of this host.
    static func name(_ name: String, prefix: String) -> String { prefix + host + "-" + name }

    /// Tells hosts apart, in eight characters: the path of a socket has few.
    private static let host = String(Digest(of: HostName.current).hex.prefix(8))

    /// Takes the lock of an open file; says why it could not.
    static func takeLock(_ descriptor: Int32) -> Errno? {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? nil : Errno(rawValue: errno)
    }

    /// What keeps a lock from being taken; nil also where there are no locks.
    private static func problem(of descriptor: Int32, _ takeLock: (Int32) -> Errno?) -> Errno? {
        guard descriptor >= 0 else { return Errno(rawValue: errno) }
        switch takeLock(descriptor) {
        case nil, .noLocks, .notSupported, .noFunction, .invalidArgument: return nil
        case let problem: return problem
        }
    }

    private static func rename(_ draft: FilePath, to path: FilePath) -> Errno? {
        Glibc.rename(draft.string, path.string) == 0 ? nil : Errno(rawValue: errno)
    }

    /// Removes this user's folders of this host whose processes are gone. What cannot be looked at stays.
    private static func removeAbandoned(_ prefix: String, in parent: FilePath, _ takeLock: (Int32) -> Errno?) {
        let own = name("", prefix: prefix)
        for name in (try? Folder.names(in: parent)) ?? [] {
            let (isDraft, folder) = (name.hasPrefix("." + own), parent.appending(name))
            guard isDraft || name.hasPrefix(own), (try? PrivateFolder.check(folder)) != nil else { continue }
            // One that is being made may not be locked yet.
            if isDraft, !isOld(folder) { continue }
            let descriptor = open(folder.appending(lockName).string, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            // A draft may have ended before there was anything to lock.
            guard descriptor >= 0 || isDraft && errno == ENOENT else { continue }
            defer { if descriptor >= 0 { close(descriptor) } }
            if descriptor < 0 || takeLock(descriptor) == nil { try? FileManager.default.removeItem(atPath: folder.string) }
        }
    }

    private static func isOld(_ folder: FilePath) -> Bool {
        var status = stat()
        guard lstat(folder.string, &status) == 0 else { return false }
        return time(nil) - status.st_mtim.tv_sec > draftAge
    }
}
