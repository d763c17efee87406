import Foundation
import Storage
import SystemPackage

/// A private folder for the sockets and scratch files of processes on one machine, removed with this object.
final class TemporarySockets {
    private let locked: LockedFolder

    /// The folder: short, for the path of a socket may have 107 bytes only.
    var folder: FilePath { locked.path }

    /// - Throws: `StorageError`, `ClusterError.folderNotPrivate`.
    convenience init() throws { try self.init(in: FilePath(FileManager.default.temporaryDirectory.path)) }

    /// A folder in another one.
    init(in parent: FilePath) throws {
        locked = try LockedFolder(String(UInt64.random(in: 0...UInt64.max), radix: 36), prefix: "un-", in: parent)
    }
}
