import Foundation
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// A worker's private folder: the plan's files, and parcels while they are written.
struct WorkerScratch: Sendable {
    /// The folder.
    let path: FilePath

    /// The folder of a worker within another one; nothing is created yet.
    init(of name: WorkerID, in folder: FilePath?) {
        let safe = String(name.name.unicodeScalars.map { CharacterSet.alphanumerics.contains($0) ? Character($0) : "-" })
        path = (folder ?? FilePath(NSTemporaryDirectory())).appending("universal-neurons-worker-\(safe)")
    }

    /// The plan's files.
    var plan: RunFolder { RunFolder(path.appending("plan")) }

    /// Creates the folder, for this user alone.
    ///
    /// - Throws: `StorageError`, `ClusterError.folderNotPrivate`.
    func create() throws {
        try ScratchFiles().createFolder(path.removingLastComponent())
        try PrivateFolder.create(at: path)
        try ScratchFiles().createFolder(plan.path)
    }

    /// Removes it with everything in it.
    func remove() { try? FileManager.default.removeItem(atPath: path.string) }
}
