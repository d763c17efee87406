import Pipeline
import Scheduling
import Storage

extension WorkerLoop {
    /// Does what the coordinator says.
    func handle(_ message: IncomingMessage) throws {
        try link.checkEnd(message)
        switch message.kind {
        case .welcome: try adopt(message)
        case .pulse:
            guard let pulse = link.body(message, as: Pulse.self) else { return }
            if pulse.epoch == welcome.epoch { self.pulse = pulse } else { isIntroduced = false }
            try heed(pulse)
        case .lease: try take(message)
        case .revoke:
            if let lease = link.body(message, as: LeaseID.self) { drop(lease) }
        case .inquiry:
            try checkHasNotDrained()
            throw WorkerEnd.superseded
        case .modelPiece: break
        default: link.refusals.count("kind", "the coordinator sent a message of kind \(message.kind.rawValue)")
        }
    }

    /// Acts on what the coordinator has told, now or a while ago.
    func heed(_ pulse: Pulse) throws {
        if pulse.epoch == welcome.epoch { tell(of: pulse) }
        try connectReducers(pulse.reducers)
    }

    /// Says once of a reducer that is silent what waits for it, and once that it is back.
    private func tell(of pulse: Pulse) {
        let waiting = parcelsWaiting
        let news = silent.take(
            silent: Set(pulse.silent ?? []), here: Set(pulse.reducers.map(\.index)), holding: Set(waiting.keys))
        for index in news.missed {
            let count = waiting[index] ?? 0
            let bytes = outgoing.values.reduce(0) { $0 + ($1.parts[index]?.file.count ?? 0) }
            log.warning(
                "reducer \(index) is silent: \(count) \(count == 1 ? "parcel is" : "parcels are") kept for it, \(bytes >> 20) MiB so far")
        }
        for index in news.back { log.info("reducer \(index) is back and is sent what was kept for it") }
    }

    /// Another coordinator of the run has come: the same work goes on where the plan is the same.
    private func adopt(_ message: IncomingMessage) throws {
        guard let next = link.body(message, as: Welcome.self) else { return }
        do {
            let plan = try preparation.plan(next, payload: message.payload)
            if plan.identity != prepared.plan.identity || plan.blockGroups != prepared.plan.blockGroups {
                // Tasks of these names are other tasks now.
                log.info("the coordinator has another plan: it is opened anew")
                try giveBack { _ in true }
                prepared = try preparation.prepare(next, payload: message.payload)
            } else if next.owners != welcome.owners {
                // What is computed was split for reducers that are others now; what is not computed yet will be split for them.
                let computed = Set(outgoing.keys.map(\.task))
                try giveBack { !computed.isDisjoint(with: $0.lease.tasks) }
            }
        } catch let refusal as MessageRefusal {
            link.drop(refusal)
            return
        }
        welcome = next
        pulse = nil
        toldLog = nil
        // One that was given up is not waited for.
        for index in reducers.keys where !owners.reducers.contains(index) {
            reducers[index]?.socket.close()
            reducers[index] = nil
        }
        try connectReducers(next.reducers)
        try becomeReady()
    }
}
