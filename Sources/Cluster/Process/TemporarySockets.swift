import Foundation
import Glibc
import Storage
import SystemPackage

/// A private folder for the sockets and scratch files of processes on one machine, removed with this object.
///
/// A process that is killed leaves its folder behind; the next one removes it. Whether it is still in use a lock tells that ends with its
/// process, whatever ends it, and however processes are numbered on either side of a container's wall.
final class TemporarySockets {
    /// The folder: short, for the path of a socket may have 107 bytes only.
    let folder: FilePath
    private let lock: Int32

    private static let prefix = "un-"
    private static let lockName = "lock"

    /// - Throws: `StorageError`, `ClusterError.folderNotPrivate`.
    convenience init() throws { try self.init(in: FilePath(FileManager.default.temporaryDirectory.path)) }

    /// A folder in another one.
    init(in parent: FilePath) throws {
        Self.removeAbandoned(in: parent)
        let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        // It has its name, by which it would be removed, only once it is locked.
        let draft = parent.appending(".\(Self.prefix)\(name)")
        folder = parent.appending(Self.prefix + name)
        try PrivateFolder.create(at: draft)
        let path = draft.appending(Self.lockName)
        lock = open(path.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0, rename(draft.string, folder.string) == 0 else {
            let code = Errno(rawValue: errno)
            if lock >= 0 { close(lock) }
            try? FileManager.default.removeItem(atPath: draft.string)
            throw StorageError(code, .create, path)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder.string)
        close(lock)
    }

    /// Removes this user's folders whose processes are gone. What cannot be looked at stays.
    private static func removeAbandoned(in parent: FilePath) {
        for name in (try? Folder.names(in: parent)) ?? [] where name.hasPrefix(prefix) {
            let folder = parent.appending(name)
            guard (try? PrivateFolder.check(folder)) != nil else { continue }
            let descriptor = open(folder.appending(lockName).string, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: folder.string) }
        }
    }
}
