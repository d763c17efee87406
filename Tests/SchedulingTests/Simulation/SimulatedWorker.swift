import Scheduling
import Statistics
import Storage

/// A worker that only pretends to compute: it takes leases, waits, offers parcels until they are acknowledged, and reports.
struct SimulatedWorker {
    /// A task that is computed and not yet with every reducer.
    struct Sending {
        let lease: LeaseID
        let parcel: ParcelID
        var missing: Set<Int>
    }

    let id: WorkerID
    let offer: WorkerOffer
    let isLiar: Bool
    /// The family of its kernels, 0 or 1.
    let family: Int
    var leases: [LeaseID: Lease] = [:]
    var computing: [LeaseID: Set<TaskID>] = [:]
    var sending: [ParcelID: Sending] = [:]
    /// It does nothing before this time, as if stopped.
    var pausedUntil: Int64 = 0
    /// It computes one task after the other; the last one that it has begun with ends then.
    var busyUntil: Int64 = 0
    /// Whether it holds all block groups.
    var holdsAll = true

    /// The lease that it computes.
    var computed: LeaseID? {
        let sent = Set(sending.values.map(\.parcel.task))
        return computing.filter { !$0.value.isSubset(of: sent) }.keys.min()
    }

    /// The digest of a task: right, by one family of kernels or the other, or this worker's own.
    static func digest(of task: TaskID, lie: WorkerID? = nil, family: Int = 0) -> Digest {
        Digest(of: Array("\(task) \(lie?.name ?? "")\(family == 0 ? "" : " family \(family)")".utf8))
    }

    /// The sections of a task that belong to a reducer: each block group has one block for each reducer.
    static func sections(of task: TaskID, reducer: Int, digest: Digest) -> [ParcelOffer.Section] {
        let key = SectionKey(kind: .block, index: task.group * 16 + reducer, stratum: 0)
        return [ParcelOffer.Section(key: key, checksum: Digest(of: digest.bytes + [UInt8(reducer)]))]
    }
}
