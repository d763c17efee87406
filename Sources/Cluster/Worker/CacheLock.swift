import Glibc
import Storage
import SystemPackage

/// Keeps other workers of this machine from fetching the same model; held until it is let go of.
final class CacheLock {
    private let descriptor: Int32

    /// Waits for the lock.
    ///
    /// - Parameter whileWaiting: called again and again; waits a moment, may throw to give up.
    /// - Throws: `StorageError`, what `whileWaiting` throws.
    init(_ path: FilePath, whileWaiting: () throws -> Void) throws {
        let descriptor = open(path.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw StorageError(Errno(rawValue: errno), .create, path) }
        // Where the file system has no locks, two may fetch the same: each piece is written where it belongs.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
            do {
                try whileWaiting()
            } catch {
                close(descriptor)
                throw error
            }
        }
        // Not before: it would be closed a second time where this fails, and its number may be another file's by then.
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
