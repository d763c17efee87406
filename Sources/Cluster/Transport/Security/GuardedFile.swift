import Glibc
import Storage
import SystemPackage

/// Files that others than their owner can do no more with than they shall, whatever the umask.
enum GuardedFile {
    /// Writes a file, for its owner only unless a mode allows more; at no moment can others do more.
    ///
    /// - Throws: `StorageError`.
    static func write(_ text: String, to file: FilePath, mode: mode_t = 0o600) throws {
        // Made so while it is still empty; the durable writer keeps the mode of a file that it finds.
        let part = FilePath(file.string + DurableFile.partSuffix)
        try LocalFiles().remove(part)
        let descriptor = open(part.string, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw StorageError(Errno(rawValue: errno), .create, part) }
        close(descriptor)
        try DurableFile.replace(file, with: text)
    }
}
