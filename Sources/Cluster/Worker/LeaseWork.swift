import Kernels
import Pipeline
import Scheduling
import Statistics
import Storage
import SystemPackage

/// The computation of a lease, on a thread of its own: one shared pass for all of its groups, then a file for each task and reducer.
///
/// While it makes the files, the next lease may be computed by another thread.
struct LeaseWork: Sendable {
    /// What it tells the loop.
    enum Event: Sendable {
        /// All is computed and is being compressed: the threads are free for the next lease.
        case summed(LeaseID)
        /// A task is computed and lies in files.
        case computed(LeaseID, ComputedTask)
        /// A task could not be computed.
        case failed(LeaseID, TaskID, reason: String)
        /// There is no room here for what the lease gives, which no task of it can help.
        case noRoom(LeaseID, StorageError)
        /// Nothing more comes of the lease.
        case ended(LeaseID)
    }

    let lease: Lease
    let stratum: Int
    let rows: ShardRows
    let prepared: PreparedPlan
    let owners: SectionOwners
    let worker: WorkerID
    let scratch: FilePath
    /// Lets one lease at a time be compressed.
    let turn: EncodingTurn
    /// Called before a lease is compressed; tests wait in it.
    var beforeEncoding: @Sendable (LeaseID) throws -> Void = { _ in }
    /// Called with what was computed of a task before it is encoded; tests falsify it.
    var afterComputing: @Sendable (TaskID, [Section]) -> [Section] = { $1 }
    /// Called with a task, a reducer and the file of what that one gets, before it is offered; tests damage it.
    var beforeSending: @Sendable (TaskID, Int, FilePath) throws -> Void = { _, _, _ in }
    /// Raised when nobody wants the lease any more.
    let stop: StopRequest
    let rate: TokenRate
    let mailbox: Mailbox<Event>

    /// Starts the thread.
    func start() {
        ComputingThread.start {
            run()
        } then: { hasTurn in
            // Only now: the sums are gone.
            if hasTurn { turn.end() }
            mailbox.post(.ended(lease.id))
        }
    }

    /// - Returns: whether it has taken the turn.
    private func run() -> Bool {
        var open = lease.groups
        var hasTurn = false
        do {
            var done = 0
            let partial = try turn.computing {
                try prepared.computer.compute(
                    groups: lease.groups, shard: lease.shard, stratum: stratum, rows: rows, worker: worker.name
                ) { counted in
                    rate.add(counted - done)
                    done = counted
                    try stop.check()
                }
            }
            try turn.take(stop: stop)
            hasTurn = true
            // What computing has left is not counted beside the next lease.
            LargeBlocks.returnFreed()
            mailbox.post(.summed(lease.id))
            try beforeEncoding(lease.id)
            while let group = open.first {
                try stop.check()
                let task = TaskID(shard: lease.shard, group: group)
                do {
                    let sections = afterComputing(task, prepared.computer.sections(of: partial, group: group))
                    mailbox.post(.computed(lease.id, try encode(sections, of: task)))
                } catch let error where !stop.isRaised && !Self.isLackOfRoom(error) {
                    mailbox.post(.failed(lease.id, task, reason: "\(error)"))
                }
                open.removeFirst()
            }
        } catch {
            guard !stop.isRaised else { return hasTurn }
            if let error = error as? StorageError, Self.isLackOfRoom(error) {
                mailbox.post(.noRoom(lease.id, error))
                return hasTurn
            }
            for group in open {
                mailbox.post(.failed(lease.id, TaskID(shard: lease.shard, group: group), reason: "\(error)"))
            }
        }
        return hasTurn
    }

    private func encode(_ sections: [Section], of task: TaskID) throws -> ComputedTask {
        let described = sections.map { section in
            ParcelOffer.Section(key: section.key, checksum: section.shards.first?.checksum ?? Digest(of: []))
        }
        let parcel = ParcelID(task: task, sections: described)
        let writer = PartialWriter(plan: prepared.plan.identity, team: { turn.team })
        var parts: [Int: ComputedTask.Part] = [:]
        for reducer in Set(sections.compactMap { owners.reducer(of: $0.key) }).sorted() {
            try stop.check()
            let own = sections.indices.filter { owners.reducer(of: sections[$0].key) == reducer }
            let others = described.filter { owners.reducer(of: $0.key) != reducer }.sorted { $0.key < $1.key }
            let path = scratch.appending("\(lease.id).\(task).\(reducer).partial")
            try writer.write(own.map { sections[$0] }, to: path, on: ScratchFiles()) { try stop.check() }
            try beforeSending(task, reducer, path)
            let file = try ParcelFile(taking: path)
            let offer = ParcelOffer(
                parcel: parcel, worker: worker, sections: own.map { described[$0] }, elsewhere: others.map(\.checksum),
                bytes: file.count)
            parts[reducer] = ComputedTask.Part(offer: offer, file: file)
        }
        return ComputedTask(parcel: parcel, owners: owners.owners, parts: parts)
    }

    private static func isLackOfRoom(_ error: any Error) -> Bool {
        if case StorageError.diskFull? = error as? StorageError { true } else { false }
    }
}
