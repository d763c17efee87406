import Pipeline
import Scheduling
import Statistics
import Storage

extension WorkerLoop {
    /// Characters of a failure's reason: a coordinator reads no more, and a failure must be heard of in any case.
    private static let longestReason = 4_000

    /// Takes a lease in.
    func take(_ message: IncomingMessage) throws {
        guard let grant = link.body(message, as: LeaseGrant.self) else { return }
        let lease = grant.lease
        if leases.contains(where: { $0.lease.id == lease.id }) { return }
        guard drainingSince == nil else {
            try link.send(.leaseReturned, lease.id)
            return
        }
        do {
            if let problem = prepared.problem(grant) { throw MessageRefusal.body(.lease, problem: problem) }
            let rows = try prepared.rows(of: grant, message.payload)
            // A coordinator that gives a task again has forgotten the first lease.
            let tasks = Set(lease.tasks)
            try giveBack { !tasks.isDisjoint(with: $0.lease.tasks) }
            leases.append(HeldLease(grant, rows: rows))
        } catch {
            link.drop(error)
            for task in lease.tasks { try say(.failed(trouble(lease.id, task, "the lease cannot be used: \(error)"))) }
        }
    }

    /// Forgets some leases, stops computing them, and tells the coordinator that they come back.
    func giveBack(_ isReturned: (HeldLease) -> Bool) throws {
        for lease in leases.filter(isReturned) {
            drop(lease.lease.id)
            // One that is settled is over; its reports are repeated once more in place of an answer.
            if lease.isSettled {
                for report in lease.reports { try say(report) }
            } else {
                try link.send(.leaseReturned, lease.lease.id)
            }
        }
    }

    /// Forgets a lease that nobody wants any more, with all that was computed of it.
    func drop(_ id: LeaseID) {
        guard let place = leases.firstIndex(where: { $0.lease.id == id }) else { return }
        let lease = leases.remove(at: place)
        lease.stop.raise()
        let tasks = Set(lease.lease.tasks)
        for parcel in outgoing.keys where tasks.contains(parcel.task) { dropParcel(parcel) }
    }

    /// Whether so much waits for reducers that nothing more is computed.
    var isHeldBack: Bool {
        // Twice the memory: enough to hide a slow moment of a reducer, and a bound for the disk.
        bytesWaiting > 2 * settings.memory
    }

    /// Computes the next lease, unless too much of what was computed still waits for reducers.
    ///
    /// The last one may still be compressed beside it, where the memory holds the sums of both.
    func compute() {
        let next = isHeldBack ? nil : leases.firstIndex(where: \.isWaiting)
        let place = next.flatMap { isRoom(for: leases[$0].lease.groups) ? $0 : nil }
        turn.expectNext(place != nil)
        guard computing == nil, let place, let rows = leases[place].rows else { return }
        leases[place].isWaiting = false
        leases[place].rows = nil
        let held = leases[place]
        computing = held.lease.id
        computingBytes = prepared.computer.encodingBytes(of: held.lease.groups)
        LeaseWork(
            lease: held.lease, stratum: held.stratum, rows: rows, prepared: prepared, owners: owners, worker: link.name,
            scratch: preparation.scratch.path, turn: turn, beforeEncoding: settings.beforeEncoding,
            afterComputing: settings.afterComputing, beforeSending: settings.beforeSending, stop: held.stop, rate: rate, mailbox: mailbox
        ).start()
    }

    /// Whether the memory holds what computing some groups takes beside what is compressed then.
    private func isRoom(for groups: [Int]) -> Bool {
        let encoded = computing == nil ? encoding?.bytes : computingBytes
        return encoded.map { prepared.computer.bytes(of: groups, beside: $0) <= settings.memory } ?? true
    }

    /// Takes in what the computing threads say.
    func handle(_ event: LeaseWork.Event) throws {
        switch event {
        case .summed(let id):
            if computing == id { computing = nil }
            encoding = (id, computingBytes)
        case .computed(let id, let task):
            guard leases.contains(where: { $0.lease.id == id }) else { return }
            if task.owners == welcome.owners {
                outgoing[task.parcel] = task
                try reportIfDelivered(task.parcel)
            } else {
                // It was split for reducers that are others now.
                try giveBack { $0.lease.id == id }
            }
        case .failed(let id, let task, let reason): try fail(task, under: id, reason)
        case .noRoom(let id, let error):
            // Others may have room: tried here again and again, one task after the other would be given up.
            log.warning("\(error.message): the lease goes back, and the worker leaves")
            ending = error
            try giveBack { $0.lease.id == id }
        case .ended(let id):
            if computing == id { computing = nil }
            if encoding?.lease == id { encoding = nil }
        }
    }

    // MARK: - Reports

    /// A task came to nothing.
    func fail(_ task: TaskID, under lease: LeaseID, _ reason: String) throws {
        log.warning("task \(task) failed: \(reason)")
        try settle(task, .failed(trouble(lease, task, reason)), under: lease)
    }

    /// Reports a task, and keeps the report until the coordinator shows that it knows it.
    func settle(_ task: TaskID, _ report: HeldLease.Report, under lease: LeaseID) throws {
        guard let place = leases.firstIndex(where: { $0.lease.id == lease }), leases[place].open.remove(task) != nil else { return }
        leases[place].reports.append(report)
        switch report {
        case .done: tally.done += 1
        case .failed: tally.failed += 1
        }
        try say(report)
    }

    /// Sends a report.
    func say(_ report: HeldLease.Report) throws {
        switch report {
        case .done(let report): try link.send(.taskDone, report)
        case .failed(let trouble): try link.send(.taskFailed, trouble)
        }
    }

    private func trouble(_ lease: LeaseID, _ task: TaskID, _ reason: String) -> TaskTrouble {
        TaskTrouble(
            lease: lease, task: task,
            failure: TaskFailure(
                kind: .error, worker: link.name, host: HostName.current, reason: String(reason.prefix(Self.longestReason)), log: log.recent)
        )
    }
}
