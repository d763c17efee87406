import Glibc
import SystemPackage

/// The room on a disk.
enum FreeSpace {
    /// Bytes that this user may still write to the disk of a folder; nil where the system does not say.
    static func bytes(at folder: FilePath) -> Int? {
        var status = statvfs()
        guard statvfs(folder.string, &status) == 0 else { return nil }
        let (bytes, isTooMuch) = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        return isTooMuch ? .max : bytes
    }
}
