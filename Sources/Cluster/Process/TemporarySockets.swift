import Foundation
import SystemPackage

/// A private folder for the sockets and scratch files of processes on one machine, removed with this object.
final class TemporarySockets {
    /// The folder: short, for the path of a socket may have 107 bytes only.
    let folder: FilePath

    /// - Throws: `StorageError`, `ClusterError.folderNotPrivate`.
    init() throws {
        let name = "un-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        folder = FilePath(FileManager.default.temporaryDirectory.path).appending(name)
        try PrivateFolder.create(at: folder)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.string) }
}
