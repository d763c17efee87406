import Foundation
import Glibc
import Statistics
import Storage
import SystemPackage

/// The stores of reducers that a run has started itself, beside its own store.
///
/// A section lies in exactly one of them: it goes to its reducer's store before the reducers start and comes back when they have ended, each
/// time by a rename. So reducers know what is folded already, nothing is there twice, and whatever stops the run, the next one finds all of
/// it.
public struct ReducerStores {
    /// The run.
    public let folder: RunFolder
    /// Threads, a way to be stopped.
    public let context: JobContext
    /// Called before each change; throws when another process owns the run meanwhile.
    private let checkOwner: @Sendable () throws -> Void

    /// The stores beside the store of a run, which the caller owns.
    public init(folder: RunFolder, context: JobContext, checkOwner: @escaping @Sendable () throws -> Void) {
        self.folder = folder
        self.context = context
        self.checkOwner = checkOwner
    }

    /// Brings everything into the run's own store.
    ///
    /// - Throws: `StorageError`, errors of the disk and the statistics.
    public func gather() throws {
        guard folder.hasPlan, Folder.exists(folder.reducers) else { return }
        let plan = try RunPlan.read(folder.plan)
        let target = plan.store(at: folder.store)
        try target.create(on: context.files)
        for path in folder.reducerStores {
            let lock = try own(path)
            try withExtendedLifetime(lock) {
                let store = plan.store(at: path)
                if Folder.exists(store.sections) {
                    for name in try Folder.names(in: store.sections) where !name.hasSuffix(DurableFile.partSuffix) {
                        try move(name, from: store, to: target)
                    }
                    try context.files.syncFolder(target.sections)
                }
                try fold(staged: try store.stagedFiles(), keepsFirst: !plan.hasSameIntegers, into: target)
                try checkOwner()
                try folder.removeFolder(path)
            }
        }
        try checkOwner()
        // They are nobody's any more; the claims of reducers elsewhere stay.
        try context.files.remove(folder.reducerClaims)
        try folder.removeFolder(folder.reducers)
    }

    /// Brings the sections of the run's own store to the reducers that own them. Nothing may be staged.
    ///
    /// - Throws: `StorageError`.
    public func scatter(_ plan: RunPlan) throws {
        guard let owners = plan.reducers else { return }
        let source = plan.store(at: folder.store)
        let layout = plan.layout
        let stores = (0...(owners.max() ?? 0)).map { plan.store(at: folder.reducers.appending("\($0)")) }
        for store in stores { try store.create(on: context.files) }
        for key in plan.sections(in: layout) {
            let path = source.path(of: key)
            guard Folder.holdsFile(path), let name = path.lastComponent?.string else { continue }
            try move(name, from: source, to: stores[owners[key.kind == .block ? layout.blocks[key.index].columns : key.index]])
        }
        for store in stores { try context.files.syncFolder(store.sections) }
    }

    private func move(_ name: String, from source: StatisticsStore, to target: StatisticsStore) throws {
        try checkOwner()
        let (old, new) = (source.sections.appending(name), target.sections.appending(name))
        guard rename(old.string, new.string) == 0 else { throw StorageError(Errno(rawValue: errno), .rename, old) }
    }

    /// Folds what a reducer had acknowledged and not folded yet.
    ///
    /// - Parameter keepsFirst: whether copies of a shard may have different integers: the first stands.
    private func fold(staged paths: [FilePath], keepsFirst: Bool, into target: StatisticsStore) throws {
        let readers = paths.compactMap { path -> PartialReader? in
            // What is kept back until another worker agrees is computed again: here nobody is left to ask.
            guard !path.string.hasSuffix(StatisticsStore.heldSuffix), let reader = try? PartialReader(path), reader.plan == target.plan,
                (try? reader.verify()) != nil
            else { return nil }
            return reader
        }
        if readers.isEmpty { return }
        try target.fold(readers, keepsFirst: keepsFirst, team: context.team, on: context.files, checkOwner: checkOwner)
    }

    /// Takes a store. A reducer whose coordinator was killed ends within a moment; one that sleeps is left behind, and changes nothing when
    /// it wakes.
    private func own(_ path: FilePath) throws -> FolderLock {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(3)
        while true {
            do {
                return try FolderLock(path, takingOver: clock.now >= end)
            } catch let error as StorageError {
                guard case .locked = error, clock.now < end else { throw error }
                try context.stop.check()
                usleep(50_000)
            }
        }
    }
}
