import Scheduling
import Statistics

/// A reducer's state machine with a disk that survives crashes.
struct SimulatedReducer {
    /// What is on the disk.
    struct Disk {
        var folded: [SectionKey: [Int: FoldedShard]] = [:]
        var staged: [ParcelID: ParcelOffer] = [:]
        /// How often a shard was added to a section, since it was emptied last.
        var folds: [SectionKey: [Int: Int]] = [:]
    }

    var disk = Disk()
    var machine: ReducerMachine
    /// Counts restarts: what an earlier process had begun comes to nothing.
    var life = 0
    /// The parcels whose bytes are in memory.
    var bytes: Set<ParcelID> = []
    /// What was offered: the bytes that arrive are looked up here.
    var offers: [ParcelID: [WorkerID: ParcelOffer]] = [:]
    /// Who was told to send a parcel.
    var senders: [ParcelID: WorkerID] = [:]
    /// What this process has folded to the end: none of it may be folded again before its sections are emptied.
    var completed: Set<ParcelID> = []

    static var policy: ReducerPolicy {
        var policy = ReducerPolicy()
        policy.window = 250
        policy.foldBytes = 300
        policy.stagingLimit = 1_000
        policy.diskPatience = 100
        policy.arrivalPatience = 1_000
        policy.flushPatience = 300
        policy.inviteAgain = 250
        policy.takeoverPatience = 500
        policy.offerPatience = 1_000
        return policy
    }

    /// Which tasks' parcels it keeps back.
    let audits: AuditRule
    /// Whether other integers of a task are wrong.
    let comparesIntegers: Bool
    /// Copies that were passed over.
    var passedOver = 0

    init(audits: AuditRule, comparesIntegers: Bool) {
        self.audits = audits
        self.comparesIntegers = comparesIntegers
        machine = ReducerMachine(policy: Self.policy, audits: audits, comparesIntegers: comparesIntegers)
    }

    /// Starts again from the disk.
    mutating func restart() {
        life += 1
        bytes = []
        offers = [:]
        senders = [:]
        completed = []
        machine = ReducerMachine(
            policy: Self.policy, audits: audits, comparesIntegers: comparesIntegers, folded: disk.folded,
            staged: disk.staged.sorted { $0.key.task < $1.key.task }.map(\.value))
    }
}
