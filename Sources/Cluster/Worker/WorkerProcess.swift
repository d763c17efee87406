import Diagnostics
import Glibc
import Logging
import Pipeline
import Scheduling
import Storage

/// A worker: takes leases from a coordinator, computes them, and brings the numbers to the reducers; or measures batches of rows for whoever
/// has a question about neurons answered.
///
///     var settings = WorkerSettings(coordinator: endpoint, memory: 8 << 30, threads: 4, security: security)
///     settings.selectKernels = { _ = try KernelSelection.select($0) }
///     let outcome = try WorkerProcess(settings, logger: logger).run(stop: firstSignal, stopNow: secondSignal)
///
/// It keeps nothing that matters: whatever ends it, its leases go to others. While it lives it outlasts coordinators and reducers that
/// start again, and keeps its leases and what it has computed meanwhile.
public final class WorkerProcess: Sendable {
    private let settings: WorkerSettings
    private let log: WorkerLog

    /// A worker that does nothing before `run`.
    public init(_ settings: WorkerSettings, logger: Logger) {
        self.settings = settings
        log = WorkerLog(logger)
    }

    /// Works until the run or the question is over, or somebody asks to stop.
    ///
    /// - Parameters:
    ///   - stop: raised, the worker finishes what it computes and sends, within the drain time, gives the rest back and leaves.
    ///   - stopNow: raised, it leaves at once.
    /// - Returns: how it ended; nil when the worker was stopped in the middle of a job.
    /// - Throws: `PipelineError.endedWhileIdle` when it was stopped while it waited for a job or a question; `ClusterError.turnedAway` with the
    ///   coordinator's reason, `.jobUnusable`, `.otherVersion`; `PipelineError` when the plan cannot be computed here; errors of the kernels,
    ///   of the scratch folder and of the network's own side. A task that fails is reported, and ends nothing.
    public func run(stop: StopRequest, stopNow: StopRequest? = nil) throws -> RunOutcome? {
        try run(stop: stop, stopNow: stopNow) { prepared, _ in prepared }
    }

    /// Works with what `change` makes of the plan once its fingerprint is reproduced.
    func run(
        stop: StopRequest, stopNow: StopRequest?, change: (PreparedPlan, WorkerScratch) throws -> PreparedPlan
    ) throws -> RunOutcome? {
        let name = WorkerID(settings.security.name(for: settings.name?.name ?? ProcessName.make()))
        let clock = MonotonicClock()
        let context = try MessageContext()
        let scratch = WorkerScratch(of: name, in: settings.scratch)
        defer { scratch.remove() }
        let link = try CoordinatorLink(
            settings.coordinator, name: name, security: settings.security, context: context, clock: clock, log: log)
        let preparation = WorkerPreparation(settings: settings, link: link, scratch: scratch, stop: stop, log: log)
        var opened: WorkerPreparation.Opened?
        do {
            var isWaiting = false
            while true {
                do {
                    opened = nil
                    let job = try preparation.start()
                    (opened, isWaiting) = (job, false)
                    switch job {
                    case .run(let welcome, let prepared):
                        let loop = try WorkerLoop(
                            settings: settings, preparation: preparation, context: context, clock: clock,
                            prepared: try change(prepared, scratch), welcome: welcome)
                        return try loop.run(stop: stop, stopNow: stopNow)
                    case .question(let inquiry, let prepared):
                        let loop = try QuestionLoop(
                            settings: settings, preparation: preparation, clock: clock, prepared: prepared, inquiry: inquiry)
                        return try loop.run(stop: stop, stopNow: stopNow)
                    }
                } catch WorkerEnd.superseded {
                    log.info("another job has come to the coordinator's address: it is opened in place of the last one")
                } catch WorkerEnd.finished where settings.stays {
                    // Whoever tells of the end tells it again until it is gone.
                    try link.send(.left, link.name)
                    if !isWaiting { log.info("the job is over; the next one at the same address is waited for") }
                    isWaiting = true
                    try link.pause(milliseconds: WorkerPreparation.betweenJobs, stop: stop)
                }
            }
        } catch WorkerEnd.finished(let outcome) {
            log.info(Self.words(outcome, of: opened))
            try leave(link, clock: clock)
            return outcome
        } catch PipelineError.stopped {
            try leave(link, clock: clock)
            return nil
        } catch PipelineError.endedWhileIdle {
            try leave(link, clock: clock)
            throw PipelineError.endedWhileIdle
        } catch {
            // So that the coordinator need not wait for it; what led here is the better error.
            try? leave(link, clock: clock, because: error)
            throw error
        }
    }

    /// How a job ended, for the log; it may have ended before the worker had opened it.
    private static func words(_ outcome: RunOutcome, of job: WorkerPreparation.Opened?) -> String {
        switch (job, outcome) {
        case (.run?, _): "the run is over"
        case (.question?, .complete): "the question is answered"
        case (.question?, _): "the question is over"
        case (nil, _): "the job is over"
        }
    }

    /// Milliseconds that the last words may take.
    private static let farewell: Int64 = 1_000

    /// Says that the worker goes, and waits until that has arrived, or for a moment.
    ///
    /// - Parameter error: why, where it is no end that was meant; it is the last line of the log that the coordinator hears of.
    private func leave(_ link: CoordinatorLink, clock: MonotonicClock, because error: (any Error)? = nil) throws {
        let memory = ProcessMemory.current
        log.info("\(memory.peak >> 20) MiB of memory were used at most, \(settings.memory >> 20) were offered")
        var heartbeat = WorkerHeartbeat(
            leases: [], computing: nil, tokensPerSecond: 0, residentBytes: memory.resident, peakResidentBytes: memory.peak, parcelBytes: 0)
        if let error {
            let reason = (error as? any DiagnosedError)?.message ?? "\(error)"
            heartbeat.log = Array((log.recent + [String(reason.prefix(WorkerHeartbeat.logLine))]).suffix(WorkerHeartbeat.logLines))
        }
        // A closed socket drops what it has not sent. The answer to a heartbeat (this one names no pulse) shows that what lies close behind
        // it is on its way too.
        while try link.receive() != nil {}
        guard try link.send(heartbeat), try link.send(.left, link.name) else { return }
        let start = clock.now
        while clock.now - start < Self.farewell {
            if try link.wait(milliseconds: 50)?.kind == .pulse { return }
        }
    }
}
