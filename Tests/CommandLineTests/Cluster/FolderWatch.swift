import Glibc

/// Wakes as soon as a file takes its name in a folder, without looking again and again.
final class FolderWatch {
    /// Raised when the system does not watch the folder.
    struct NotPossible: Error {
        let folder: String
        let code: Int32
    }

    private let descriptor: Int32

    /// Begins to watch a folder, which must exist.
    init(_ folder: String) throws {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0, inotify_add_watch(descriptor, folder, UInt32(IN_MOVED_TO) | UInt32(IN_CREATE)) >= 0 else {
            throw NotPossible(folder: folder, code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Waits for the next file.
    ///
    /// - Returns: whether one came in time.
    func waits(milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&watched, 1, milliseconds) > 0 else { return false }
        var events = [UInt8](repeating: 0, count: 4_096)
        return read(descriptor, &events, events.count) > 0
    }
}
