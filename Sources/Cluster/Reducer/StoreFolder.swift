import Pipeline
import Storage
import SystemPackage

/// The folder that a reducer is started with: its store, or one that becomes its store.
struct StoreFolder {
    /// The folder, which need not exist yet.
    let path: FilePath

    private var identity: FilePath { path.appending(StoreIdentity.fileName) }

    /// Whose numbers the folder holds; nil where it is no store yet.
    ///
    /// - Throws: `StorageError`.
    func known() throws -> StoreIdentity? {
        Folder.holdsFile(identity) ? try JSONFile.read(StoreIdentity.self, from: identity) : nil
    }

    /// Makes sure that the folder is a reducer's store or free to become one. Nothing in it has been changed yet, the lock included.
    ///
    /// - Throws: `ClusterError.storeNotEmpty` for a folder with a run or anything else that is not a reducer's; `StorageError`.
    func check() throws {
        guard Folder.exists(path), !Folder.holdsFile(identity) else { return }
        let foreign = try Folder.names(in: path).filter { !isOwn($0) }
        guard foreign.isEmpty else { throw ClusterError.storeNotEmpty(path, holds: foreign) }
    }

    /// Makes sure that a plan that lies in a folder that is no store yet is the one that is to be put there: a reducer that ends between the
    /// writing of the plan and of its store's identity leaves no other.
    ///
    /// - Throws: `ClusterError.storeOfOtherPlan`.
    func check(plan: Digest) throws {
        let file = RunFolder(path).plan
        guard !Folder.holdsFile(identity), Folder.holdsFile(file) else { return }
        // What belongs to it may not be there yet.
        guard let found = try? MappedFile(file).withBytes({ try RunPlan.decode($0, of: file) }), found.identity == plan else {
            throw ClusterError.storeOfOtherPlan(file)
        }
    }

    /// Whether a name is one that a reducer leaves that ended before its store had an identity, or that systems put onto every disk.
    private func isOwn(_ name: String) -> Bool {
        let folder = RunFolder(path)
        let files = PlanFiles.all(in: folder).compactMap { $0.lastComponent?.string }
        if files.contains(name) { return folder.hasPlan }
        if name.hasSuffix(DurableFile.partSuffix) {
            let whole = name.dropLast(DurableFile.partSuffix.count)
            return files.contains(String(whole)) || whole.hasPrefix("\(StoreIdentity.fileName).")
        }
        // Hidden files: the lock, and those of network file systems.
        return name == "lost+found" || (name.hasPrefix(".") && !Folder.exists(path.appending(name)))
    }
}
