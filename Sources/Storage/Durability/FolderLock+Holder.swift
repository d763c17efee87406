import Glibc
import SystemPackage

extension FolderLock {
    /// Who owns a folder at this moment, for people; nil where nobody does. Nothing is written, and the folder is not taken.
    public static func holder(of folder: FilePath) -> String? {
        let path = folder.appending(fileName)
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let owner = LockOwner.read(descriptor)
        // An owner that has ended need not be asked for: asking takes the lock for a moment, and would keep a new owner out.
        if let owner, owner.host == HostName.current, kill(owner.process, 0) != 0, errno == ESRCH { return nil }
        return isLocked(descriptor) ? owner?.description ?? "another process" : nil
    }

    /// Whether somebody of this host owns a folder at this moment, however processes are numbered where he runs.
    public static func isHeld(_ folder: FilePath) -> Bool {
        let descriptor = open(folder.appending(fileName).string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return isLocked(descriptor)
    }

    private static func isLocked(_ descriptor: Int32) -> Bool { flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK }

    /// Makes sure that nobody owns a folder at this moment, which need not exist.
    ///
    /// - Throws: `StorageError.locked` with the owner's process and host.
    public static func checkIsFree(_ folder: FilePath) throws {
        if let holder = holder(of: folder) { throw StorageError.locked(folder, holder: holder) }
    }
}
