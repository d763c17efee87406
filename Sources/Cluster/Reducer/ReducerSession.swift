import Pipeline
import Scheduling
import Statistics
import Storage

/// What a reducer does for one assignment: the plan, the state machine, and the threads that work for it.
///
/// It belongs to the loop's thread.
final class ReducerSession {
    /// What the store was begun as.
    let identity: StoreIdentity
    /// What the assignment's files were, so that the same ones are not opened again.
    let files: Digest
    /// What parcels must be.
    let rules: ParcelRules
    /// All sections that it may hold, ascending.
    let sections: [SectionKey]
    /// Brings parcels to the disk.
    let disk: ParcelDisk
    /// Folds.
    let folding: StoreFolding
    /// Decides.
    var machine: ReducerMachine
    /// Counts the coordinators of the run.
    var epoch: Int
    /// Milliseconds between heartbeats.
    var heartbeat: Int64
    /// The last flush that was asked for.
    var round: Int?
    /// What comes, by parcel.
    var arrivals: [ParcelID: Arrival] = [:]
    /// Arrivals so far.
    var arrivalCount = 0
    /// What workers said.
    var offers = KnownOffers()

    init(
        identity: StoreIdentity, files: Digest, rules: ParcelRules, sections: [SectionKey], disk: ParcelDisk, folding: StoreFolding,
        machine: ReducerMachine, epoch: Int, heartbeat: Int64
    ) {
        self.identity = identity
        self.files = files
        self.rules = rules
        self.sections = sections
        self.disk = disk
        self.folding = folding
        self.machine = machine
        self.epoch = epoch
        self.heartbeat = heartbeat
    }

    /// The arrival of a number; nil when it was given up.
    func arrival(_ number: Int) -> Arrival? { arrivals.values.first { $0.number == number } }

    /// Waits for what is being done, and gives up what has not come whole.
    func close() {
        folding.close()
        disk.close()
    }
}
