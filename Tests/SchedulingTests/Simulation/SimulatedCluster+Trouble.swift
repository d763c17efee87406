import Scheduling

extension SimulatedCluster {
    /// Every 100 ms something may go wrong, until the calm.
    func trouble() {
        guard !isCalm else { return }
        queue.add(.trouble, at: now + 100)
        let alive = workers.keys.sorted()
        if generator.chance(settings.workerCrash), let victim = alive.randomElement(using: &generator) { kill(victim) }
        if generator.chance(settings.workerPause), let victim = alive.randomElement(using: &generator) {
            workers[victim]?.pausedUntil = now + Int64.random(in: 100...3_000, using: &generator)
        }
        if generator.chance(settings.drain), let chosen = workers.keys.sorted().randomElement(using: &generator) { drain(chosen) }
        if generator.chance(settings.reducerCrash) { reducers[Int.random(in: reducers.indices, using: &generator)].restart() }
        // A stopped one dies when it goes on: what was sent to it meanwhile comes in the order in which it was sent.
        if coordinatorStoppedUntil <= now, generator.chance(settings.coordinatorCrash) { restartCoordinator() }
        if generator.chance(settings.coordinatorStop) {
            coordinatorStoppedUntil = max(coordinatorStoppedUntil, now + Int64.random(in: 100...4_000, using: &generator))
        }
        if coordinatorStoppedUntil <= now, generator.chance(settings.cancel) { schedule(.cancel) }
        if coordinatorStoppedUntil <= now, generator.chance(settings.retry) { schedule(.retry(nil)) }
        if generator.chance(settings.partition) {
            let places: [SimulatedPlace] = [.coordinator] + alive.map { .worker($0) } + reducers.indices.map { .reducer($0) }
            if let place = places.randomElement(using: &generator) {
                cutOff = (place, now + Int64.random(in: 100...3_000, using: &generator))
            }
        }
    }

    func kill(_ victim: WorkerID, isSeen: Bool = false) {
        guard let worker = workers.removeValue(forKey: victim) else { return }
        deaths += 1
        // Whoever started it may see it die; or nobody does.
        if isSeen || coordinatorStoppedUntil <= now && generator.chance(0.5) {
            schedule(.workerDied(victim, reason: "signal 9", log: []))
        }
        bear(isLiar: worker.isLiar, holdsAll: worker.holdsAll)
    }

    /// A worker says that it takes no more, gives back what it has, and leaves.
    private func drain(_ id: WorkerID) {
        guard let worker = workers.removeValue(forKey: id) else { return }
        var events = [SchedulerEvent.workerDraining(id)]
        events += worker.leases.keys.sorted().map { .leaseReturned(id, $0) }
        for event in events + [.workerLeft(id)] { send(.scheduler(event), from: .worker(id), to: .coordinator) }
        bear(isLiar: worker.isLiar, holdsAll: worker.holdsAll)
    }

    /// A coordinator that starts again has the ledger and nothing else. It asks the reducers first, like a real one.
    private func restartCoordinator() {
        epoch += 1
        // Verdicts are in the ledger alone.
        if settings.lies == 0, generator.chance(settings.ledgerLoss) { records = [] }
        if generator.chance(settings.growth) { shards += 1 }
        scheduler = TaskScheduler(shards: Array(0..<shards), groups: settings.groups, policy: settings.policy, epoch: epoch)
        for (record, time) in records { scheduler.apply(record, at: time) }
        isOpen = !settings.isClosedAtStart
        schedule(.resumed)
        startComparison()
    }

    func bear(isLiar: Bool, holdsAll: Bool) {
        born += 1
        let id = WorkerID("w\(born)")
        let all = Array(0..<settings.groups)
        let held = holdsAll ? all : all.filter { _ in generator.chance(0.5) }
        // Some hold everything at once, some one block group at a time.
        let bundles = !settings.isOneAtATime && generator.chance(0.5) ? [held] : held.map { [$0] }
        let offer = WorkerOffer(host: "host\(born)", process: Int32(born), memory: 1, threads: 1, bundles: bundles)
        workers[id] = SimulatedWorker(id: id, offer: offer, isLiar: isLiar, family: settings.areFamiliesMixed ? born % 2 : 0)
        workers[id]?.holdsAll = holdsAll
        if isLiar { liars.insert(id) }
        queue.add(.workerTick(id), at: now + Int64.random(in: 0...100, using: &generator))
    }
}
