import Glibc
import Storage
import SystemPackage

/// Files that only their owner can read.
enum SecretFile {
    /// Writes a secret; at no moment can others read it.
    ///
    /// - Throws: `StorageError`.
    static func write(_ text: String, to file: FilePath) throws {
        // Made private while it is still empty; the durable writer keeps the mode of a file that it finds.
        let part = FilePath(file.string + DurableFile.partSuffix)
        try LocalFiles().remove(part)
        let descriptor = open(part.string, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(Errno(rawValue: errno), .create, part) }
        close(descriptor)
        try DurableFile.replace(file, with: text)
    }
}
