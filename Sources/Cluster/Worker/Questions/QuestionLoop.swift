import Pipeline
import Scheduling
import Statistics
import Storage

/// The worker's message loop while it measures rows for a question about neurons: it owns the socket, and each batch has a thread beside it.
///
/// An answer is kept until it is acknowledged, and is said again meanwhile: it is small beside what it took to compute.
final class QuestionLoop {
    let settings: WorkerSettings
    let preparation: WorkerPreparation
    let clock: MonotonicClock
    let rate = TokenRate()
    let mailbox: Mailbox<BatchWork.Event>
    private let wakeup: Wakeup
    private let poller = Poller()

    /// The question, and what was said of it last.
    let prepared: PreparedQuestion
    var inquiry: Inquiry
    /// What this process that asks has told since.
    var pulse: Pulse?
    /// Whether it has heard what the worker brings.
    var isIntroduced = false
    /// The batches that the worker has, in the order in which they came.
    var batches: [HeldBatch] = []
    /// Threads that compute; also batches that nobody wants any more.
    var computing = 0
    /// What it has done.
    var tally = WorkerTally()
    /// Since when it takes no more leases.
    var drainingSince: SchedulerTime?
    /// Whether it had batches when it was to stop.
    private var isInterrupted = false
    private var heartbeatSent: SchedulerTime?
    /// The last lines of the log that the other side was told; nil where it knows none.
    private var toldLog: [String]?

    var link: CoordinatorLink { preparation.link }
    var log: WorkerLog { preparation.log }

    /// Milliseconds between looks at what is due: the flags that stop a worker wake nobody.
    private static let tick = 100

    init(
        settings: WorkerSettings, preparation: WorkerPreparation, clock: MonotonicClock, prepared: PreparedQuestion, inquiry: Inquiry
    ) throws {
        (self.settings, self.preparation, self.clock, self.prepared, self.inquiry) = (settings, preparation, clock, prepared, inquiry)
        wakeup = try Wakeup()
        mailbox = Mailbox(wakeup: wakeup)
        poller.watch(preparation.link.socket)
        poller.watch(wakeup)
    }

    /// Works until it has drained.
    ///
    /// - Returns: nil.
    /// - Throws: `WorkerEnd.finished`, `.superseded`, `PipelineError.stopped` once it has drained, `.endedWhileIdle` where it had nothing;
    ///   `ClusterError`.
    func run(stop: StopRequest, stopNow: StopRequest?) throws -> RunOutcome? {
        // Whatever ends the loop, nobody waits for the computations.
        defer { for batch in batches { batch.stop.raise() } }
        settings.hasBegun()
        try becomeReady()
        while true {
            if stopNow?.isRaised == true {
                isInterrupted = isInterrupted || !batches.isEmpty
                try giveBack { _ in true }
                throw drained
            }
            if stop.isRaised { try drain() }
            if batches.isEmpty { try checkHasNotDrained() }
            try sayWhatIsDue()
            compute()
            _ = try poller.wait(milliseconds: Self.tick)
            // Also without news: it looks after handshakes.
            while let message = try link.receive() { try handle(message) }
            for event in mailbox.drain() { try handle(event) }
            settings.metrics?.publish(at: clock.now) { QuestionMetrics(self) }
        }
    }

    /// Ends the loop where it takes no more leases: nothing of what it had is wanted any more.
    func checkHasNotDrained() throws {
        if drainingSince != nil { throw drained }
    }

    /// How it ends once it has nothing left.
    private var drained: PipelineError { isInterrupted ? .stopped : .endedWhileIdle }

    /// Gives the threads that are free something to do.
    private func compute() {
        while computing < prepared.threads, let place = batches.firstIndex(where: \.isWaiting), let rows = batches[place].rows {
            batches[place].rows = nil
            computing += 1
            BatchWork(
                lease: batches[place].lease.id, rows: rows, computer: prepared.computer, stop: batches[place].stop, rate: rate,
                mailbox: mailbox
            ).start()
        }
    }

    /// Says what the worker brings.
    func becomeReady() throws {
        isIntroduced = true
        guard drainingSince == nil else { return }
        // One more than it computes: it has something to do until the next one comes.
        let offer = prepared.offer(memory: settings.memory)
        try link.send(
            .workerReady, WorkerReady(worker: link.name, offer: offer, leases: prepared.threads + 1, question: inquiry.question))
    }

    private func sayWhatIsDue() throws {
        if !isIntroduced { try link.introduce() }
        let now = clock.now
        guard heartbeatSent.map({ now - $0 >= Int64(max(1, inquiry.heartbeat)) }) ?? true else { return }
        heartbeatSent = now
        // What was said once may be lost; saying it again changes nothing.
        if drainingSince != nil {
            try link.send(.draining, link.name)
        } else if isIntroduced, batches.isEmpty {
            try becomeReady()
        }
        for batch in batches { if let report = batch.report { try say(report) } }
        let memory = ProcessMemory.current
        let recent = log.recent
        let heartbeat = WorkerHeartbeat(
            pulse: pulse?.number ?? 0, leases: batches.map(\.lease.id), computing: batches.first(where: \.isComputing)?.lease.id,
            tokensPerSecond: rate.perSecond(at: now), residentBytes: memory.resident, peakResidentBytes: memory.peak, parcelBytes: 0,
            log: recent == toldLog ? nil : recent)
        // What was said to nobody does not count.
        if try link.send(heartbeat) { toldLog = recent }
    }

    /// Takes no more leases: what waits goes back, and after the drain time everything does.
    private func drain() throws {
        let now = clock.now
        if drainingSince == nil {
            drainingSince = now
            isInterrupted = !batches.isEmpty
            log.info("the worker finishes what it has begun and leaves")
            try link.send(.draining, link.name)
        }
        let isOver = drainingSince.map { now - $0 >= Int64(settings.drain) } ?? false
        try giveBack { isOver || $0.isWaiting }
    }

    /// Forgets what was heard of the process that asks: another one has come.
    func forgetTold() {
        pulse = nil
        toldLog = nil
        heartbeatSent = nil
    }
}
