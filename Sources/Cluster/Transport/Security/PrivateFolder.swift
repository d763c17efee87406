import Glibc
import Storage
import SystemPackage

/// Folders that only their owner can enter, so that what lies in them needs no other protection.
public enum PrivateFolder {
    /// Creates a folder that only its owner can enter; one that exists already is checked.
    ///
    /// - Throws: A `StorageError`, or `ClusterError.folderNotPrivate`.
    public static func create(at folder: FilePath) throws {
        guard mkdir(folder.string, 0o700) != 0 else { return }
        let code = Errno(rawValue: errno)
        guard code == .fileExists else { throw StorageError(code, .createFolder, folder) }
        try check(folder)
    }

    /// Makes sure that a folder belongs to this user, and that nobody else can enter it.
    ///
    /// - Throws: A `StorageError` when it cannot be looked at, or `ClusterError.folderNotPrivate`.
    public static func check(_ folder: FilePath) throws {
        var status = stat()
        guard lstat(folder.string, &status) == 0 else { throw StorageError(Errno(rawValue: errno), .open, folder) }
        let command = "chmod 700 \(folder.string)"
        // A link could be pointed elsewhere after the check.
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ClusterError.folderNotPrivate(folder, problem: "it is no folder", command: "mkdir -m 700 \(folder.string)")
        }
        guard status.st_uid == geteuid() else {
            throw ClusterError.folderNotPrivate(
                folder, problem: "it belongs to user \(status.st_uid)", command: "chown \(geteuid()) \(folder.string)")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ClusterError.folderNotPrivate(
                folder, problem: "its mode is 0\(String(status.st_mode & 0o7777, radix: 8))", command: command)
        }
    }
}
