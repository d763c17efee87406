import Storage
import SystemPackage

/// Files that a process began and did not finish, because it was stopped.
enum UnfinishedFiles {
    /// Removes the unfinished files in some folders; only their owner may do so.
    ///
    /// - Returns: how many were removed.
    /// - Throws: `StorageError`.
    @discardableResult
    static func remove(in folders: [FilePath], on files: some FileLayer = LocalFiles()) throws -> Int {
        var removed = 0
        for folder in folders where Folder.exists(folder) {
            for name in try Folder.names(in: folder) where name.hasSuffix(DurableFile.partSuffix) {
                try files.remove(folder.appending(name))
                removed += 1
            }
        }
        return removed
    }
}
