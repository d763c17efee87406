import Foundation
import Glibc
import Storage
import SystemPackage

/// A private folder among others of its kind in a common one, for files that nobody needs when its process is over; removed with this object.
///
/// A process that is killed leaves its folder behind; the next one removes it. Whether it is still in use a lock tells that ends with its
/// process, whatever ends it, and however processes are numbered on either side of a container's wall.
final class LockedFolder {
    /// The folder.
    let path: FilePath
    private let lock: Int32

    private static let lockName = "lock"

    /// Makes a folder, and removes those of its kind whose processes are gone.
    ///
    /// - Parameters:
    ///   - name: what follows the prefix in its name.
    ///   - prefix: by what folders of its kind are known; nobody else has folders of such names.
    /// - Throws: `StorageError`, `ClusterError.folderNotPrivate`.
    init(_ name: String, prefix: String, in parent: FilePath) throws {
        Self.removeAbandoned(prefix, in: parent)
        // It has its name, by which it would be removed, only once it is locked.
        let draft = parent.appending(".\(prefix)\(name)")
        path = parent.appending(prefix + name)
        try PrivateFolder.create(at: draft)
        let file = draft.appending(Self.lockName)
        lock = open(file.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0, rename(draft.string, path.string) == 0 else {
            let code = Errno(rawValue: errno)
            if lock >= 0 { close(lock) }
            try? FileManager.default.removeItem(atPath: draft.string)
            throw StorageError(code, .create, path)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
        close(lock)
    }

    /// Removes this user's folders whose processes are gone. What cannot be looked at stays.
    private static func removeAbandoned(_ prefix: String, in parent: FilePath) {
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
