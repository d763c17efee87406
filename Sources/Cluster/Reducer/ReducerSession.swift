import Pipeline
import Scheduling
import Statistics
import Storage
import SystemPackage

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
    /// The store.
    let store: ReducerStore
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
    /// What comes, by parcel.
    var arrivals: [ParcelID: Arrival] = [:]
    /// Arrivals so far.
    var arrivalCount = 0
    /// What workers said.
    var offers = KnownOffers()
    /// When the last fold began.
    var foldBegan = SchedulerTime.zero

    init(
        identity: StoreIdentity, files: Digest, rules: ParcelRules, sections: [SectionKey], store: ReducerStore, disk: ParcelDisk,
        folding: StoreFolding, machine: ReducerMachine, epoch: Int, heartbeat: Int64
    ) {
        self.identity = identity
        self.files = files
        self.rules = rules
        self.sections = sections
        self.store = store
        self.disk = disk
        self.folding = folding
        self.machine = machine
        self.epoch = epoch
        self.heartbeat = heartbeat
    }

    /// The summaries of its groups, once they were asked for.
    var summaries: GroupSummaries?

    /// The arrival of a number; nil when it was given up.
    func arrival(_ number: Int) -> Arrival? { arrivals.values.first { $0.number == number } }

    /// Waits for what is being done, and gives up what has not come whole.
    func close() {
        summaries?.close()
        folding.close()
        disk.close()
    }

    /// Where a file is that the coordinator may fetch; nil for one that is none of this reducer's.
    func path(of file: ReducerFile) -> FilePath? {
        let layout = rules.owners.layout
        let folder = RunFolder(store.statistics.folder)
        switch file {
        case .section(let key): return sections.contains(key) ? disk.path(of: key) : nil
        case .findings(let group): return rules.groups.contains(group) ? folder.findings(ofGroup: layout.groups[group].name) : nil
        case .correlations(let block):
            guard layout.blocks.indices.contains(block), rules.groups.contains(layout.blocks[block].columns) else { return nil }
            return folder.correlations(of: layout.blocks[block], in: layout)
        }
    }
}
