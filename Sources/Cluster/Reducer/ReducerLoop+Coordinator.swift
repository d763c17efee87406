import Diagnostics
import Glibc
import Kernels
import Pipeline
import Scheduling
import Storage

extension ReducerLoop {
    /// Milliseconds between two introductions: messages may be lost.
    private static let introductionPause: Int64 = 2_000
    /// What a heartbeat may be asked for every, in milliseconds.
    private static let heartbeats: ClosedRange<Int64> = 50...600_000
    /// Milliseconds, and heartbeats, without a sign of the coordinator after which it may have forgotten this reducer.
    private static let patience: (milliseconds: Int64, heartbeats: Int64) = (10_000, 5)

    /// Says who this is, and that it lives.
    func showUp() throws {
        let now = now
        // Each heartbeat is answered.
        let due = session.map { heard + $0.heartbeat } ?? .zero
        if now >= due { tell(silence.lasts(since: session.map { _ in due }, at: now)) }
        if let session, now - heard > max(Self.patience.milliseconds, Self.patience.heartbeats * session.heartbeat) {
            needsIntroduction = true
        }
        if needsIntroduction, introduced.map({ now - $0 >= Self.introductionPause }) ?? true {
            introduced = now
            try introduce()
        }
        if let session, shown.map({ now - $0 >= session.heartbeat }) ?? true {
            session.disk.lookAround()
            try showFigures()
        }
    }

    /// Says how much has come and is folded.
    func showFigures() throws {
        guard let session else { return }
        shown = now
        try send(.reducerHeartbeat, heartbeat(of: session))
    }

    private func tell(_ news: String?) {
        if let news { logger.notice("\(news)") }
    }

    private func introduce() throws {
        if let failure = try coordinator.handshakeFailure() {
            if denials.isToBeTold(failure, at: now) {
                logger.warning("no connection to the coordinator at \(settings.coordinator): \(failure); \(failure.remedy)")
            }
            coordinator.disconnect(settings.coordinator)
            try coordinator.connect(settings.coordinator)
        }
        let hello = ReducerHello(
            name: name, host: HostName.current, process: getpid(), program: ProgramVersion.current, endpoint: endpoint,
            folder: settings.store.string, store: known)
        try send(.reducerHello, hello)
    }

    private func heartbeat(of session: ReducerSession) -> ReducerHeartbeat {
        let machine = session.machine
        return ReducerHeartbeat(
            index: session.identity.index, stagedParcels: machine.staged.count, stagedBytes: machine.stagedBytes,
            bytesInFlight: machine.bytesInFlight, offersWaiting: machine.offersWaiting, parcelsFolding: machine.parcelsFolding,
            folded: machine.folded.values.reduce(0) { $0 + $1.count }, receivedBytes: counters.snapshot.receivedBytes,
            pausedBecause: machine.pausedBecause)
    }

    /// Sends the coordinator a message. One that is lost on the way is asked for again, or comes with the next heartbeat.
    func send(_ kind: MessageKind, _ body: some Encodable & Sendable, payload: [PayloadFrame] = []) throws {
        try sender.send(kind, body, payload: payload, through: coordinator)
    }

    /// Takes in what the coordinator says.
    func take(fromCoordinator message: IncomingMessage) throws {
        heard = now
        tell(silence.ends(at: now))
        denials.end()
        switch message.kind {
        case .pulse:
            let pulse = try message.body(as: Pulse.self)
            if let session { needsIntroduction = pulse.epoch != session.epoch }
        case .assignment: try begin(try message.body(as: Assignment.self), message.payload)
        case .turnedAway:
            let reason = try message.body(as: TurnedAway.self)
            throw ClusterError.turnedAway(reason: reason.reason, remedy: reason.remedy, status: reason.status)
        case .verdict: try judge(try message.body(as: Verdict.self))
        case .flush: try flush(try message.body(as: FlushRequest.self), message.payload)
        case .summarise: try summarise(try message.body(as: SummariseRequest.self))
        case .fileRequest: answer(try message.body(as: FileRequest.self))
        case .finished: outcome = try message.longBody(as: RunOutcome.self)
        default: note("kind", "the coordinator sent a message of kind \(message.kind.rawValue)")
        }
    }

    private func judge(_ verdict: Verdict) throws {
        switch verdict {
        case .release(let parcel): try handle(.released(parcel))
        case .discard(let parcel): try handle(.discarded(parcel))
        }
    }

    private func flush(_ request: FlushRequest, _ payload: [ReceivedFrame]) throws {
        guard let session else { return }
        let news = try request.news(in: payload)
        let wrong = news.wrong.compactMap { wrong in
            session.rules.sections(of: wrong.task).map { WrongNumbers(task: wrong.task, worker: wrong.worker, sections: $0) }
        }
        for verdict in news.verdicts { try judge(verdict) }
        try handle(.flush(round: request.round, wrong: wrong))
    }

    // MARK: - Assignments

    /// Begins the work that the coordinator assigns, or goes on with it under another coordinator.
    private func begin(_ assignment: Assignment, _ frames: [ReceivedFrame]) throws {
        func refuse(_ problem: String) -> MessageRefusal { .body(.assignment, problem: problem) }
        let store = assignment.store
        let folder = RunFolder(settings.store)
        if let known, known != store {
            // What it has of the pilot of this run is gathered, or there would be no candidates to follow.
            guard try PlanFiles.plan(in: frames, of: .assignment, for: folder).pilotIdentity == known.plan else {
                throw ClusterError.storeOfOtherRun(settings.store, found: Self.name(known), expected: Self.name(store))
            }
        }
        let heartbeat = min(max(Int64(assignment.heartbeat), Self.heartbeats.lowerBound), Self.heartbeats.upperBound)
        var builder = DigestBuilder()
        for frame in frames { frame.withBytes { builder.update($0) } }
        let digest = builder.finalize()
        if let session, session.files == digest, session.rules.audits == assignment.audits {
            guard assignment.groups == session.rules.groups else { throw refuse("the plan has other groups for this reducer") }
            session.epoch = assignment.epoch
            session.heartbeat = heartbeat
            needsIntroduction = false
            return
        }
        do {
            let plan = try PlanFiles.plan(in: frames, of: .assignment, for: folder)
            guard plan.identity == store.plan else { throw refuse("the plan has another identity") }
            guard plan.reducerIndices.contains(store.index) else { throw refuse("the plan has no reducer \(store.index)") }
            guard assignment.groups == SectionOwners(layout: plan.layout, owners: plan.reducers ?? []).groups(of: store.index) else {
                throw refuse("the plan has other groups for this reducer")
            }
            // The random baselines are products: by other kernels they would be other bits.
            try settings.selectKernels(KernelFamily(rawValue: plan.numbers.kernels))
            try lock.check()
            try StoreFolder(path: settings.store).check(plan: plan.identity)
            if known != nil, known != store { try forgetPilot(of: plan) }
            try PlanFiles.write(frames, of: .assignment, to: folder)
            // With what lies beside it.
            guard let rules = ParcelRules(try RunPlan.read(folder.plan), reducer: store.index, audits: assignment.audits) else {
                throw refuse("the plan has no reducer \(store.index)")
            }
            if known != store {
                try lock.replace(settings.store.appending(StoreIdentity.fileName), on: files) {
                    try $0.write(try JSONFile.encode(store))
                }
                known = store
            }
            try open(rules, store, digest: digest, epoch: assignment.epoch, heartbeat: heartbeat)
            needsIntroduction = false
        } catch let error as StorageError where session != nil && error.exitStatus == .temporaryFailure {
            // The old assignment is still good; the coordinator is asked for the new one again.
            if case .lockLost = error { throw error }
            logger.warning("a new assignment cannot be written: \(error)")
        }
    }

    /// Empties a store of the numbers of the run's pilot. Ended in the middle of it, the store is the pilot's still, and is emptied again.
    private func forgetPilot(of plan: RunPlan) throws {
        logger.info("the run's pilot is over, and gathered: the store is emptied for the run itself")
        endSession()
        let store = plan.store(at: settings.store)
        for folder in [store.sections, store.staging] where Folder.exists(folder) {
            for name in try Folder.names(in: folder) {
                try lock.check()
                try files.remove(folder.appending(name))
            }
            try files.syncFolder(folder)
        }
    }

    private func endSession() {
        session?.close()
        session = nil
        _ = reports.drain()
    }

    /// Starts from what the disk holds.
    private func open(_ rules: ParcelRules, _ identity: StoreIdentity, digest: Digest, epoch: Int, heartbeat: Int64) throws {
        endSession()
        let plan = rules.plan
        let store = ReducerStore(
            statistics: plan.store(at: settings.store), limits: ShardLimits(plan), lock: lock, files: files,
            team: ThreadTeam(count: max(1, settings.threads)), comparesIntegers: plan.hasSameIntegers)
        try store.prepare()
        let sections = rules.sections
        let folded = try store.tables(of: sections)
        let staged = try store.staged(rules, logger: logger)
        let machine = ReducerMachine(
            policy: settings.policy, audits: rules.audits, comparesIntegers: plan.hasSameIntegers, folded: folded, staged: staged)
        session = ReducerSession(
            identity: identity, files: digest, rules: rules, sections: sections, store: store,
            disk: ParcelDisk(store, audits: rules.audits, reports: reports), folding: StoreFolding(store, reports: reports),
            machine: machine, epoch: epoch, heartbeat: heartbeat)
        let held =
            "\(CountText.of(folded.count, "section")) with shards, \(staged.count == 1 ? "1 parcel waits" : "\(staged.count) parcels wait")"
        logger.info("reducer \(identity.index) has \(CountText.of(rules.groups.count, "column group")); \(held)")
    }

    private static func name(_ store: StoreIdentity) -> String { "plan \(store.plan.hex.prefix(12)), reducer \(store.index)" }
}
