import Glibc
import Storage
import SystemPackage

/// A parcel's bytes on the disk, without a name: whatever ends the process, they are gone with it.
final class ParcelFile: Sendable {
    /// Its size in bytes.
    let count: Int
    private let descriptor: Int32
    private let path: FilePath

    /// Opens a file and takes its name away.
    ///
    /// - Throws: `StorageError`.
    init(taking path: FilePath) throws {
        self.path = path
        descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageError(Errno(rawValue: errno), .open, path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, unlink(path.string) == 0 else {
            let code = Errno(rawValue: errno)
            close(descriptor)
            throw StorageError(code, .open, path)
        }
        count = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Some of its bytes.
    ///
    /// - Throws: `StorageError`.
    func frame(_ range: Range<Int>) throws -> PayloadFrame {
        try PayloadFrame(count: range.count) { memory in
            var done = 0
            while done < memory.count {
                let read = pread(descriptor, memory.baseAddress.map { $0 + done }, memory.count - done, off_t(range.lowerBound + done))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { throw StorageError(read < 0 ? Errno(rawValue: errno) : .ioError, .read, path) }
                done += read
            }
        }
    }
}
