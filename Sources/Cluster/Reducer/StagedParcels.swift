import Dispatch
import Scheduling
import Statistics
import Storage
import SystemPackage

/// Brings whole parcels and their removal to the disk, on a thread of its own: while it waits for the disk to sync one, the next is
/// written and verified.
///
/// Everything is done in the order in which it is asked for. What becomes of it is told through a mailbox. Sendable: what is left over is
/// touched on the queue only.
final class StagedParcels: @unchecked Sendable {
    private let store: ReducerStore
    private let reports: Mailbox<DiskReport>
    private let queue = DispatchQueue(label: "universal-neurons.staged")
    /// Staged files that nobody needs and that the disk would not remove yet.
    private var leftOver: Set<FilePath> = []

    init(_ store: ReducerStore, reports: Mailbox<DiskReport>) {
        self.store = store
        self.reports = reports
    }

    /// Brings a file that was verified to the disk under its name.
    func stage(_ file: ArrivingFile, arrival: Int) {
        queue.async { [self] in
            do {
                try store.files.sync(file.file)
                try store.lock.check()
                try store.files.rename(file.file, to: file.target)
                leftOver.remove(file.target)
            } catch {
                file.discard(from: store.files)
                return report(error) { .stagingFailed(arrival: arrival, reason: $0) }
            }
            // Whatever closing says, the bytes are synced.
            try? store.files.close(file.file)
            do {
                try store.files.syncFolder(store.statistics.staging)
                reports.post(.staged(arrival: arrival))
            } catch {
                report(error) { .stagingFailed(arrival: arrival, reason: $0) }
            }
        }
    }

    /// Finds out whether another process has taken the store over, and tries again to remove what it could not: one that sleeps through
    /// all that its successor does has nothing left to write, which is where it would learn of it.
    func lookAround() {
        queue.async { [self] in
            removing {
                try store.lock.check()
                try removeLeftOver()
            }
        }
    }

    /// Removes staged parcels: they are in the tables or not wanted. One that the disk would not remove is tried again later.
    func remove(_ parcels: [ParcelID]) {
        queue.async { [self] in
            leftOver.formUnion(parcels.flatMap { StagedName.paths(of: $0, in: store.statistics.staging) }.filter(Folder.holdsFile))
            removing { try removeLeftOver() }
        }
    }

    /// Removes the files of sections, so that they hold no shard.
    func empty(_ sections: [SectionKey]) {
        queue.async { [self] in
            do {
                for section in sections {
                    try store.lock.check()
                    try store.files.remove(store.statistics.path(of: section))
                }
                try store.files.syncFolder(store.statistics.sections)
                reports.post(.emptied(sections))
            } catch {
                report(error) { .emptyingFailed(sections, reason: $0) }
            }
        }
    }

    /// Does what was asked for. Nothing may be asked for afterwards.
    func close() { queue.sync {} }

    private func removeLeftOver() throws {
        for path in leftOver.sorted(by: { $0.string < $1.string }) {
            try store.lock.check()
            try store.files.remove(path)
            leftOver.remove(path)
        }
    }

    /// Removes something that does no harm where it stays: the disk's trouble is told by the next write.
    private func removing(_ body: () throws -> Void) {
        do {
            try body()
        } catch StorageError.lockLost(let folder, let successor) {
            reports.post(.lost(StorageError.lockLost(folder, successor: successor)))
        } catch {
            return
        }
    }

    /// Tells of a failure: of a store that has another owner by now, or what `failure` makes of the reason.
    private func report(_ error: any Error, as failure: (String) -> DiskReport) {
        guard case StorageError.lockLost = error else { return reports.post(failure(DiskTrouble.reason(error))) }
        reports.post(.lost(error))
    }
}
