import Foundation
import Glibc
import Pipeline
import Statistics
import Storage
import SystemPackage

/// Brings the numbers of reducers that a run has started itself into the run's own store, where everything else finds them.
///
/// A section that the run does not have yet changes its folder by a rename; the others are added, exactly. Stopped anywhere, it goes on
/// with the next start: nothing is removed before it is in its place.
struct GatherLocalStores {
    let folder: RunFolder
    let context: JobContext
    let checkOwner: @Sendable () throws -> Void

    /// Gathers what there is.
    ///
    /// - Throws: `StorageError.locked` while one of the reducers still runs, errors of the disk and the statistics.
    func run() throws {
        let stores = CoordinatorJob.stores(in: folder)
        guard folder.hasPlan, Folder.exists(stores) else { return }
        let plan = try RunPlan.read(folder.plan)
        let target = plan.store(at: folder.store)
        try target.create(on: context.files)
        for name in try Folder.names(in: stores) where Folder.exists(stores.appending(name)) {
            let path = stores.appending(name)
            let lock = try own(path)
            try withExtendedLifetime(lock) {
                try gather(plan.store(at: path), into: target)
                try checkOwner()
                try FileManager.default.removeItem(atPath: path.string)
            }
        }
        try checkOwner()
        try FileManager.default.removeItem(atPath: stores.string)
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

    private func gather(_ store: StatisticsStore, into target: StatisticsStore) throws {
        var readers: [PartialReader] = []
        for path in try store.stagedFiles() {
            // What is kept back until another worker agrees is computed again: here nobody is left to ask.
            guard !path.string.hasSuffix(".held.partial"), let reader = try? PartialReader(path), (try? reader.verify()) != nil,
                reader.plan == target.plan
            else { continue }
            readers.append(reader)
        }
        guard Folder.exists(store.sections) else { return }
        for name in try Folder.names(in: store.sections) where !name.hasSuffix(DurableFile.partSuffix) {
            let source = store.sections.appending(name)
            let place = target.sections.appending(name)
            if Folder.holdsFile(place) {
                readers.append(try PartialReader(source))
            } else {
                try checkOwner()
                guard rename(source.string, place.string) == 0 else { throw StorageError(Errno(rawValue: errno), .rename, source) }
            }
        }
        try context.files.syncFolder(target.sections)
        guard !readers.isEmpty else { return }
        try target.fold(readers, team: context.team, on: context.files, checkOwner: checkOwner)
    }
}
