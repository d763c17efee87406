import Foundation
import Glibc
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// A worker's private folder: the plan's files, and parcels while they are written. It belongs to the worker's thread; others may use the path.
final class WorkerScratch {
    private static let prefix = "universal-neurons-worker-"

    /// The folder.
    let path: FilePath
    private let parent: FilePath
    private let name: String
    private var folder: LockedFolder?

    /// The folder of a worker within another one; nothing is created yet.
    init(of worker: WorkerID, in parent: FilePath?) {
        self.parent = parent ?? FilePath(NSTemporaryDirectory())
        // Workers of two runs may have one name on one machine.
        name = String(worker.name.unicodeScalars.map { CharacterSet.alphanumerics.contains($0) ? Character($0) : "-" }) + "-\(getpid())"
        path = self.parent.appending(LockedFolder.name(name, prefix: Self.prefix))
    }

    /// The plan's files.
    var plan: RunFolder { RunFolder(path.appending("plan")) }

    /// Creates the folder, for this user alone, unless it is there; those of workers that were killed are removed.
    ///
    /// - Throws: `StorageError`, `ClusterError.folderNotPrivate`.
    func create() throws {
        if folder == nil || !Folder.exists(path) {
            // What was removed behind our back is let go of first: that removes what has its name.
            folder = nil
            try ScratchFiles().createFolder(parent)
            folder = try LockedFolder(name, prefix: Self.prefix, in: parent)
        }
        try ScratchFiles().createFolder(plan.path)
    }

    /// Removes it with everything in it.
    func remove() { folder = nil }
}
