import Storage
import SystemPackage

/// Files that a process began and did not finish, because it was stopped.
enum UnfinishedFiles {
    /// Removes the unfinished files in some folders and below them; only the owner of the folders may do so.
    ///
    /// - Returns: how many were removed.
    /// - Throws: `StorageError`.
    @discardableResult
    static func remove(in folders: [FilePath], on files: some FileLayer = LocalFiles()) throws -> Int {
        let parts = try folders.filter(Folder.exists).flatMap(Folder.parts(in:))
        for part in parts { try files.remove(part) }
        return parts.count
    }

    /// Removes what is left of a run's files and of the folders that belong to it alone. What others write into the run's folder, such as
    /// the partials of `map`, is theirs.
    ///
    /// - Returns: how many were removed.
    /// - Throws: `StorageError`.
    static func remove(of run: RunFolder, store: FilePath, on files: some FileLayer = LocalFiles()) throws -> Int {
        var removed = try remove(
            in: [
                run.basis, run.pairs, run.groups, run.families, run.vocabulary, run.activations, run.cosines, run.attentionScores,
                run.explanationKeys,
                run.corpus, run.correlations, run.summaries, store,
            ], on: files)
        let names = run.files.compactMap { $0.lastComponent?.string }
        for name in try Folder.names(in: run.path) where name.hasSuffix(DurableFile.partSuffix) {
            guard names.contains(where: { name.hasPrefix($0 + ".") }) else { continue }
            try files.remove(run.path.appending(name))
            removed += 1
        }
        // The packing collects domains here before it knows their order.
        let unsorted = run.corpus.appending("domains.unsorted.npy")
        if Folder.holdsFile(unsorted) {
            try files.remove(unsorted)
            removed += 1
        }
        if Folder.exists(run.otherCorpus) {
            try run.removeFolder(run.otherCorpus)
            removed += 1
        }
        return removed
    }
}
