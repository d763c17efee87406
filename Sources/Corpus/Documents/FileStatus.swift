import Glibc
import SystemPackage

/// What the file system says of a file: enough to see that it was changed.
struct FileStatus: Equatable {
    let isFile: Bool
    let isFolder: Bool
    let size: Int
    /// Last change of the content and of anything (which nobody can set back), in nanoseconds since 1970.
    let modified: Int64
    let changed: Int64
    let device: UInt64
    let inode: UInt64

    /// Follows symbolic links.
    init(of path: FilePath) throws(CorpusError) {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else {
            throw .unreadable(path: path.string, reason: "\(Errno(rawValue: errno))")
        }
        isFile = status.st_mode & S_IFMT == S_IFREG
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        size = Int(status.st_size)
        modified = WallClock.nanoseconds(status.st_mtim)
        changed = WallClock.nanoseconds(status.st_ctim)
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
