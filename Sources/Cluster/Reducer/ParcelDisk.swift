import Dispatch
import Scheduling
import Statistics
import Storage
import Synchronization
import SystemPackage

/// Brings parcels to the disk on a thread of its own, so that the reducer's loop never waits for it.
///
/// Everything is done in the order in which it is asked for. What becomes of it is told through a mailbox. Sendable: what is arriving is
/// touched on the queue only.
final class ParcelDisk: @unchecked Sendable {
    private let store: ReducerStore
    private let audits: AuditRule
    private let verification: ParcelVerification
    private let reports: Mailbox<DiskReport>
    private let queue = DispatchQueue(label: "universal-neurons.parcels")
    private let waitingBytes = Atomic<Int>(0)
    /// By the arrivals' numbers.
    private var arriving: [Int: ArrivingFile] = [:]
    /// Staged files that nobody needs and that the disk would not remove yet.
    private var leftOver: Set<FilePath> = []

    /// - Parameter audits: which tasks' parcels are marked in their names as kept back.
    init(_ store: ReducerStore, audits: AuditRule, reports: Mailbox<DiskReport>) {
        self.store = store
        self.audits = audits
        self.reports = reports
        verification = ParcelVerification(store: store.statistics, team: store.team)
    }

    /// The file of a section.
    func path(of key: SectionKey) -> FilePath { store.statistics.path(of: key) }

    /// Bytes that wait in memory to be written.
    var queuedBytes: Int { waitingBytes.load(ordering: .relaxed) }

    /// Writes some bytes of a parcel. An arrival begins with its first bytes, and may begin again.
    func write(_ frame: ReceivedFrame, at offset: Int, of offer: ParcelOffer, arrival: Int) {
        waitingBytes.wrappingAdd(frame.count, ordering: .relaxed)
        enqueue(arrival) { [self] in
            defer { waitingBytes.wrappingSubtract(frame.count, ordering: .relaxed) }
            let isHeld = audits.contains(offer.parcel.task)
            let target = store.statistics.staging.appending(StagedName(parcel: offer.parcel, isHeld: isHeld).text)
            guard arriving[arrival] != nil || offset == 0 else { return }
            let file: ArrivingFile
            if let known = arriving[arrival] {
                file = known
            } else {
                // With the epoch in its name a successor removes it, and then nothing can be renamed.
                let part = FilePath("\(target.string).arriving\(arrival)\(store.lock.tag)\(DurableFile.partSuffix)")
                file = ArrivingFile(file: try store.files.create(part), target: target)
                arriving[arrival] = file
            }
            try frame.withBytes { try store.files.write($0, at: offset, to: file.file) }
        }
    }

    /// All bytes of a parcel were given: looks at every integer.
    func verify(_ offer: ParcelOffer, arrival: Int) {
        enqueue(arrival) { [self] in
            guard let file = arriving[arrival] else { return }
            if let problem = try verification.problem(of: file.file.path, offered: offer) {
                reports.post(.broken(arrival: arrival, reason: problem))
            } else {
                reports.post(.verified(arrival: arrival))
            }
        }
    }

    /// Brings a parcel that was verified to the disk under its name.
    func stage(arrival: Int) {
        enqueue(arrival) { [self] in
            guard let file = arriving[arrival] else { return }
            try store.files.sync(file.file)
            try store.lock.check()
            try store.files.rename(file.file, to: file.target)
            arriving[arrival] = nil
            leftOver.remove(file.target)
            // Whatever closing says, the bytes are synced.
            try? store.files.close(file.file)
            try store.files.syncFolder(store.statistics.staging)
            reports.post(.staged(arrival: arrival))
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

    /// Removes what has come of a parcel.
    func forget(arrival: Int) {
        queue.async { [self] in discard(arrival) }
    }

    /// Removes staged parcels: they are in the tables or not wanted. One that the disk would not remove is tried again later.
    func unstage(_ parcels: [ParcelID]) {
        queue.async { [self] in
            leftOver.formUnion(parcels.flatMap { StagedName.paths(of: $0, in: store.statistics.staging) }.filter(Folder.holdsFile))
            removing { try removeLeftOver() }
        }
    }

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
            } catch StorageError.lockLost(let folder, let successor) {
                reports.post(.lost(StorageError.lockLost(folder, successor: successor)))
            } catch {
                reports.post(.emptyingFailed(sections, reason: DiskTrouble.reason(error)))
            }
        }
    }

    /// Does what was asked for, and removes what is not complete. Nothing may be asked for afterwards.
    func close() {
        queue.sync { for arrival in arriving.keys.sorted() { discard(arrival) } }
    }

    /// Does something for an arrival on the queue; what fails ends the arrival.
    private func enqueue(_ arrival: Int, _ body: @escaping @Sendable () throws -> Void) {
        queue.async { [self] in
            do {
                try body()
            } catch StorageError.lockLost(let folder, let successor) {
                discard(arrival)
                reports.post(.lost(StorageError.lockLost(folder, successor: successor)))
            } catch {
                discard(arrival)
                reports.post(.stagingFailed(arrival: arrival, reason: DiskTrouble.reason(error)))
            }
        }
    }

    private func discard(_ arrival: Int) {
        guard let file = arriving.removeValue(forKey: arrival) else { return }
        // Removed before it is closed, while no other writer can have taken the name over.
        try? store.files.discard(file.file)
        try? store.files.close(file.file)
    }
}
