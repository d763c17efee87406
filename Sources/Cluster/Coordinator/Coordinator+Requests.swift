import Foundation
import Scheduling

extension Coordinator {
    /// Whether somebody means this coordinator and no other one; else he is told.
    ///
    /// - Parameter token: what his run's folder says; nil: whichever listens here is meant.
    func isMeant(by token: String?, of peer: RoutingIdentity) throws -> Bool {
        if token == nil || token == self.token { return true }
        try send(.otherCoordinator, OtherCoordinator(run: run.plan.configuration.name), to: peer)
        return false
    }

    /// Does what a person asks for.
    func control(_ request: ControlRequest) throws -> ControlReply {
        if let refusal = refusal(of: request) { return ControlReply(tasks: 0, explanation: nil, refusal: refusal) }
        switch request {
        case .cancel:
            let open = scheduler.taskCount - scheduler.count(of: .done) - scheduler.count(of: .failed)
            // To gather changes nothing of a run: it stays complete where that is given up.
            if settings.gathers == nil { schedule(.cancel) } else { outcome = .cancelled }
            return ControlReply(tasks: open, explanation: nil)
        case .retry(let chosen):
            let effect = scheduler.effect(ofRetrying: chosen)
            schedule(.retry(chosen))
            return ControlReply(tasks: effect.tasks, explanation: nil, retry: effect)
        case .reassign(let reducer): return try reassign(reducer)
        case .explain(let task):
            let explanation = scheduler.explanation(of: task, at: now, awaiting: isOpen ? [] : reducersAsked)
            return ControlReply(tasks: explanation == nil ? 0 : 1, explanation: explanation)
        }
    }

    /// Why nothing can be changed any more, or not now.
    private func refusal(of request: ControlRequest) -> ControlReply.Refusal? {
        if case .explain = request { return nil }
        if case .retry = request, settings.gathers != nil, !isEnding {
            return ControlReply.Refusal(reason: "what the reducers hold is being gathered", remedy: "ask again when that is over")
        }
        guard isAnalysing || isEnding else { return nil }
        if let ending = standing?.name {
            return ControlReply.Refusal(reason: "the run is over: \(ending)", remedy: "see `universal-neurons status`")
        }
        return ControlReply.Refusal(reason: "the results are being analysed", remedy: "ask again when that is over")
    }

    /// How the run has ended; nil while it goes on, and it does until its results are made.
    var standing: RunOutcome? {
        let outcome = outcome ?? scheduler.outcome
        return outcome == .complete && !areResultsMade ? nil : outcome
    }

    /// Why nothing is computed, as people hear of it.
    private var waiting: String? {
        guard standing == nil else { return nil }
        if isAnalysing { return lastWork }
        guard isComputed else { return waitingBecause }
        return waitingBecause ?? (settings.gathers == nil ? "everything is computed, and the results are made" : "gathering")
    }

    /// Whether no task is left.
    private var isComputed: Bool { (outcome ?? scheduler.outcome) == .complete }

    /// How the run stands.
    var status: ClusterStatus {
        let now = now
        let speed = progress.tokensPerSecond(at: now)
        let failed = FailedTasks(of: scheduler, at: now)
        return ClusterStatus(
            run: run.plan.configuration.name, plan: run.plan.identity, outcome: standing?.name,
            waitingBecause: waiting,
            tokens: progress.total, tokensDone: progress.tokens, tokensPerSecond: speed,
            secondsLeft: isComputed ? nil : progress.secondsLeft(at: now),
            tasks: Dictionary(uniqueKeysWithValues: TaskState.Phase.allCases.map { ($0.rawValue, scheduler.count(of: $0)) }),
            workers: isEnding ? [] : workers.keys.sorted().compactMap { status(of: $0, at: now) },
            reducers: reducers.indices.map { status(ofReducer: $0, at: now) }, failed: failed.shown,
            logsLeftOut: failed.logsLeftOut, disagreements: disagreements,
            dropped: Dictionary(uniqueKeysWithValues: socket.counters.snapshot.refused.map { ($0.key.rawValue, $0.value) }),
            connectionsLost: socket.counters.snapshot.connectionsLost, questions: nil)
    }

    private func status(of worker: WorkerID, at now: SchedulerTime) -> ClusterStatus.Worker? {
        guard let contact = workers[worker] else { return nil }
        return ClusterStatus.Worker(
            worker, contact, known: scheduler.workers[worker], active: scheduler.lease(of: worker), state: activity(of: worker, at: now),
            at: now)
    }

    /// What a worker that has come does, in one word.
    func activity(of worker: WorkerID, at now: SchedulerTime) -> String {
        switch scheduler.workers[worker] {
        case nil: "opening"
        case let known? where known.isLost: "lost"
        case let known? where known.isDraining: "draining"
        case _? where isSending(worker): "sending"
        case let known? where !known.leases.isEmpty: "computing"
        case let known? where known.notBefore > now: "resting"
        case _?: "idle"
        }
    }

    /// Whether a worker computes nothing, and holds what it has computed for reducers.
    private func isSending(_ worker: WorkerID) -> Bool {
        guard let heartbeat = workers[worker]?.heartbeat else { return false }
        return heartbeat.computing == nil && !heartbeat.parcels.isEmpty
    }

    private func status(ofReducer index: Int, at now: SchedulerTime) -> ClusterStatus.Reducer {
        // They were told of the end.
        let contact = isEnding ? nil : reducers.contacts[index]
        let (beat, intake) = (contact?.heartbeat, reducers.intakes[index])
        return ClusterStatus.Reducer(
            index: index, host: contact?.hello.host, store: contact?.hello.place ?? reducers.claims[index]?.place,
            process: contact?.hello.process,
            silentSeconds: contact.map { Int((now - $0.heard) / 1_000) }, groups: owners.groups(of: index).count,
            stagedParcels: beat?.stagedParcels ?? 0, stagedBytes: beat?.stagedBytes ?? 0, bytesInFlight: beat?.bytesInFlight ?? 0,
            offersWaiting: beat?.offersWaiting ?? 0, folded: intake?.folded ?? 0, receivedBytes: intake?.receivedBytes ?? 0,
            pausedBecause: beat?.pausedBecause, hasEnded: isEnding ? true : nil)
    }
}

extension RunOutcome {
    /// One word for it.
    var name: String {
        switch self {
        case .complete: "complete"
        case .incomplete: "incomplete"
        case .cancelled: "cancelled"
        }
    }
}
