import Diagnostics
import Statistics
import Storage
import SystemPackage

/// Removes what a run no longer needs: staged partials that are folded, and unfinished files.
public struct CleanRun {
    /// The run.
    public let folder: RunFolder
    /// What removes files; tests pass a layer that fails.
    public let files: any FileLayer

    /// A clean-up of the run in a folder.
    public init(folder: RunFolder, files: any FileLayer = LocalFiles()) {
        self.folder = folder
        self.files = files
    }

    /// What was removed.
    public struct Outcome: Codable, Sendable {
        /// Staged partials whose every shard is in the store.
        public var partials = 0
        /// Unfinished files of processes that were stopped.
        public var unfinished = 0
        /// Staged partials that cannot be read; they stay, and `run` computes them again.
        public var damaged = 0
    }

    /// Removes leftovers, of a screened run's pilot too; statistics that are not folded yet stay.
    ///
    /// - Throws: `StorageError.locked` when another process owns the run or its store, or writes its results, explanations or answers of
    ///   `intervene`, `attention` and `similarity`; `PipelineError.planMissing`.
    public func run() throws -> Outcome {
        let plan = try RunPlan.read(folder.plan)
        let lock = try FolderLock(folder.path)
        let store = plan.store(at: folder.store)
        try store.create(on: files)
        try files.createFolder(folder.resultsLock)
        var locks = [lock, try FolderLock(store.folder), try FolderLock(folder.resultsLock)]
        if Folder.exists(folder.explanationKeys) { locks.append(try FolderLock(folder.explanationKeys)) }
        var outcome = Outcome()
        // One after the other: there may be more of them than a process may have files open.
        for place in try folder.answers {
            let lock = try FolderLock(place)
            try withExtendedLifetime(lock) { outcome.unfinished += try UnfinishedFiles.remove(in: [place], on: files) }
        }
        outcome.unfinished += try UnfinishedFiles.remove(of: folder, store: store.folder, on: files)
        let folded = try StoreSnapshot(of: store, strata: plan.numbers.corpus.strata, includesStaged: false)
        for path in try store.stagedFiles() {
            let reader: PartialReader
            do {
                reader = try PartialReader(path)
            } catch is any DiagnosedError {
                outcome.damaged += 1
                continue
            }
            let isFolded = reader.sections.allSatisfy { entry in
                Set(entry.shards.map(\.shard)).isSubset(of: folded.shards(of: entry.key))
            }
            if isFolded || reader.plan != plan.identity {
                for lock in locks { try lock.check() }
                try files.remove(path)
                outcome.partials += 1
            }
        }
        guard folder.pilot.hasPlan else { return outcome }
        let pilot = try CleanRun(folder: folder.pilot, files: files).run()
        outcome.partials += pilot.partials
        outcome.unfinished += pilot.unfinished
        outcome.damaged += pilot.damaged
        return outcome
    }
}
