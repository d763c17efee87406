import Scheduling
import Storage

extension SimulatedCluster {
    /// A worker shows that it lives, and offers again what nobody has acknowledged.
    func tick(_ id: WorkerID) {
        guard let worker = workers[id] else { return }
        queue.add(.workerTick(id), at: now + 200)
        guard worker.pausedUntil <= now else { return }
        for event in [
            SchedulerEvent.workerJoined(id, worker.offer), .workerReady(id, leases: 2),
            .heartbeat(id, leases: worker.leases.keys.sorted(), computing: worker.computed),
        ] { send(.scheduler(event), from: .worker(id), to: .coordinator) }
        for (parcel, sending) in worker.sending.sorted(by: { $0.key.task < $1.key.task }) { offer(parcel, to: sending.missing, from: id) }
    }

    func receive(_ message: SimulatedMessage, at id: WorkerID, from sender: SimulatedPlace) {
        guard let worker = workers[id] else { return }
        if worker.pausedUntil > now {
            // A stopped process finds its messages when it goes on.
            queue.add(.delivery(message, from: sender, to: .worker(id)), at: worker.pausedUntil)
            return
        }
        switch message {
        case .lease(let lease):
            guard worker.leases[lease.id] == nil else { return }
            // A coordinator that gives a task again has forgotten the first lease.
            for (old, tasks) in worker.computing where !tasks.isDisjoint(with: lease.tasks) { drop(old, at: id) }
            if !isCalm, generator.chance(settings.leaseReturn) {
                return send(.scheduler(.leaseReturned(id, lease.id)), from: .worker(id), to: .coordinator)
            }
            workers[id]?.leases[lease.id] = lease
            workers[id]?.computing[lease.id] = Set(lease.tasks)
            var done = max(now, worker.busyUntil)
            for task in lease.tasks {
                computations += 1
                done += Int64.random(in: 20...200, using: &generator)
                queue.add(.computed(id, lease.id, task), at: done)
            }
            workers[id]?.busyUntil = done
        case .revoke(let lease): drop(lease, at: id)
        case .invite(let parcel, let reducer):
            guard worker.sending[parcel] != nil else { return }
            for message in [SimulatedMessage.piece(parcel, from: id), .parcel(parcel, from: id)] {
                send(message, from: .worker(id), to: .reducer(reducer))
            }
        case .acknowledgement(let parcel, let reducer): acknowledge(parcel, by: reducer, at: id)
        case .refusal: break
        default: problems.append("a worker got something strange")
        }
    }

    func finishComputing(_ task: TaskID, under lease: LeaseID, at id: WorkerID) {
        guard let worker = workers[id], worker.leases[lease] != nil else { return }
        if worker.pausedUntil > now {
            queue.add(.computed(id, lease, task), at: worker.pausedUntil)
            return
        }
        if settings.deadly.contains(task) {
            let heartbeat = SchedulerEvent.heartbeat(id, leases: worker.leases.keys.sorted(), computing: lease)
            schedule(heartbeat)
            return kill(id, isSeen: true)
        }
        if settings.failing.contains(task) || !isCalm && generator.chance(settings.taskFailure) {
            let failure = TaskFailure(kind: .error, worker: id, host: worker.offer.host, reason: "out of luck")
            send(.scheduler(.taskFailed(lease, task, failure)), from: .worker(id), to: .coordinator)
            settle(task, under: lease, at: id)
            return
        }
        let lies = worker.isLiar && generator.chance(settings.lies)
        let parcel = ParcelID(task: task, digest: SimulatedWorker.digest(of: task, lie: lies ? id : nil, family: worker.family))
        let all = Set(reducers.indices)
        workers[id]?.sending[parcel] = SimulatedWorker.Sending(lease: lease, parcel: parcel, missing: all)
        offer(parcel, to: all, from: id)
    }

    private func offer(_ parcel: ParcelID, to indices: Set<Int>, from id: WorkerID) {
        for index in indices.sorted() {
            let sections = SimulatedWorker.sections(of: parcel.task, reducer: index, digest: parcel.digest)
            let offer = ParcelOffer(parcel: parcel, worker: id, sections: sections, bytes: 100)
            send(.offer(offer), from: .worker(id), to: .reducer(index))
        }
    }

    private func acknowledge(_ parcel: ParcelID, by reducer: Int, at id: WorkerID) {
        guard let sending = workers[id]?.sending[parcel] else { return }
        workers[id]?.sending[parcel]?.missing.remove(reducer)
        guard workers[id]?.sending[parcel]?.missing.isEmpty == true else { return }
        workers[id]?.sending[parcel] = nil
        send(.scheduler(.taskDone(id, sending.lease, parcel.task, parcel.digest)), from: .worker(id), to: .coordinator)
        // The task may be in two of its leases, after a coordinator forgot the first.
        for lease in workers[id]?.computing.keys.sorted() ?? [] { settle(parcel.task, under: lease, at: id) }
    }

    private func settle(_ task: TaskID, under lease: LeaseID, at id: WorkerID) {
        guard workers[id]?.computing[lease]?.remove(task) != nil else { return }
        if workers[id]?.computing[lease]?.isEmpty == true { drop(lease, at: id) }
    }

    private func drop(_ lease: LeaseID, at id: WorkerID) {
        workers[id]?.leases[lease] = nil
        workers[id]?.computing[lease] = nil
        for (parcel, sending) in workers[id]?.sending ?? [:] where sending.lease == lease { workers[id]?.sending[parcel] = nil }
    }
}
