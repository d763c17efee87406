import Dispatch
import Scheduling
import Statistics
import Storage
import Synchronization
import SystemPackage

/// Writes and verifies parcels as they come, on a thread of its own, so that the reducer's loop never waits for the disk. Files that are
/// whole go on to `StagedParcels`, whose waiting for the disk holds nothing up here.
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
    private let staged: StagedParcels

    /// - Parameter audits: which tasks' parcels are marked in their names as kept back.
    init(_ store: ReducerStore, audits: AuditRule, reports: Mailbox<DiskReport>) {
        self.store = store
        self.audits = audits
        self.reports = reports
        staged = StagedParcels(store, reports: reports)
        verification = ParcelVerification(store: store.statistics, limits: store.limits, team: store.team)
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
        queue.async { [self] in
            if let file = arriving.removeValue(forKey: arrival) { staged.stage(file, arrival: arrival) }
        }
    }

    /// As `StagedParcels.lookAround`, after all that was asked for before.
    func lookAround() { queue.async { [staged] in staged.lookAround() } }

    /// As `StagedParcels.remove`, after all that was asked for before.
    func unstage(_ parcels: [ParcelID]) { queue.async { [staged] in staged.remove(parcels) } }

    /// As `StagedParcels.empty`, after all that was asked for before.
    func empty(_ sections: [SectionKey]) { queue.async { [staged] in staged.empty(sections) } }

    /// Removes what has come of a parcel.
    func forget(arrival: Int) { queue.async { [self] in discard(arrival) } }

    /// Does what was asked for, and removes what is not complete. Nothing may be asked for afterwards.
    func close() {
        queue.sync { for arrival in arriving.keys.sorted() { discard(arrival) } }
        staged.close()
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
        arriving.removeValue(forKey: arrival)?.discard(from: store.files)
    }
}
