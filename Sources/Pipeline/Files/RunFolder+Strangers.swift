import Storage

extension RunFolder {
    /// What may lie in a run's folder before there is a run: the engines put partials and logs there, a disk's own folder has more.
    private static let besides: Set = ["parts", "slurm", "logs", "lost+found"]
    /// What stores have, a run's and a reducer's, whose lock is like a run's.
    private static let ofStores: Set = ["reducer.json", "sections", "staging"]

    /// Makes sure that no run is begun among other people's files, some of which it would replace.
    ///
    /// A run's folder has a lock before it has anything else, so that one that was stopped early is known by it. Hidden names do not count.
    ///
    /// - Throws: `PipelineError.outputNotEmpty`; a `StorageError` where the folder cannot be read.
    func checkHoldsNoStrangers() throws {
        guard Folder.exists(path) else { return }
        let names = try Folder.names(in: path)
        let store = names.filter(Self.ofStores.contains)
        guard store.isEmpty else { throw PipelineError.outputNotEmpty(folder: path, holds: store) }
        if names.contains(FolderLock.fileName) || hasPlan || pilot.hasPlan { return }
        let strangers = names.filter { !$0.hasPrefix(".") && !Self.besides.contains($0) }
        guard strangers.isEmpty else { throw PipelineError.outputNotEmpty(folder: path, holds: strangers) }
    }
}
