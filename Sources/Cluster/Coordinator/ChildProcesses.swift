import Diagnostics
import Foundation
import Logging
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// The workers and reducers that a coordinator has started: they are started again when they die, and end with it.
final class ChildProcesses {
    /// A reducer or worker that dies so often within a minute is not started again: something is wrong that no repetition mends. Neither is
    /// one that ends so often by itself without a task done, however long it takes each time.
    private static let deathsAllowed = 10

    private struct Slot {
        let kind: Kind
        let index: Int
        var births = 0
        var deaths: [ContinuousClock.Instant] = []
        /// How often it has ended by itself since a task was done.
        var vainEnds = 0
        var process: ChildProcess?
    }

    /// What a process does.
    enum Kind: String { case worker, reducer }

    private let plan: ChildPlan
    private let stores: FilePath
    private let folder: FilePath
    private let coordinator: Endpoint
    private let logger: Logger
    private let window: Duration
    private var slots: [Slot]
    /// Whether they are being stopped: what they say of that nobody needs to hear.
    private let ending = StopRequest()

    /// Starts all of them.
    ///
    /// - Parameters:
    ///   - coordinator: where they find the coordinator.
    ///   - folder: a private folder for their sockets and scratch files.
    ///   - stores: the folder of the reducers' stores.
    ///   - window: in which deaths are counted, whatever they are of.
    /// - Throws: `ClusterError.childNotStarted`, `StorageError`.
    init(
        _ plan: ChildPlan, coordinator: Endpoint, folder: FilePath, stores: FilePath, logger: Logger, window: Duration = .seconds(60)
    ) throws {
        self.plan = plan
        self.window = window
        self.stores = stores
        self.folder = folder
        self.coordinator = coordinator
        self.logger = logger
        slots =
            (0..<plan.reducers).map { Slot(kind: .reducer, index: $0) } + (0..<plan.workers).map { Slot(kind: .worker, index: $0) }
        for place in slots.indices { try start(place) }
    }

    deinit { for slot in slots { slot.process?.signal(SIGKILL) } }

    /// Looks after them: whoever has died is started again.
    ///
    /// - Parameter died: told of workers that have ended, why, and what they printed last; true where it tells people of that.
    /// - Throws: `ClusterError.childKeepsDying`, or what starting throws.
    func watch(died: (WorkerID, String, [String]) -> Bool) throws {
        for place in slots.indices {
            guard let process = slots[place].process, let end = process.end else { continue }
            slots[place].process = nil
            let isTold = slots[place].kind == .worker && died(WorkerID(process.name), "\(end)", process.lastLines)
            guard !ending.isRaised, end != .exit(0) else { continue }
            if !isTold { logger.warning("\(process.name) has ended with \(end)") }
            let now = ContinuousClock.now
            slots[place].deaths = slots[place].deaths.filter { now - $0 < window } + [now]
            if case .exit = end { slots[place].vainEnds += 1 }
            guard max(slots[place].deaths.count, slots[place].vainEnds) < Self.deathsAllowed else {
                throw ClusterError.childKeepsDying(
                    process.name, end: "\(end)", isTemporary: end == .exit(ExitStatus.temporaryFailure.rawValue), lines: process.errors)
            }
            try start(place)
        }
    }

    /// Takes in that a worker has done a task: neither it nor any reducer is started in vain.
    func note(taskOf worker: WorkerID) {
        for place in slots.indices {
            switch slots[place].kind {
            case .reducer: slots[place].vainEnds = 0
            case .worker: if worker.name.hasPrefix(Self.prefix(ofWorker: slots[place].index)) { slots[place].vainEnds = 0 }
            }
        }
    }

    /// What the names of a worker and its successors begin with.
    private static func prefix(ofWorker index: Int) -> String { "worker-\(index).\(getpid())." }

    /// Waits until all have ended by themselves; those that have not after `seconds` are told to, then killed.
    func end(after seconds: Double) {
        ending.raise()
        let all = slots.compactMap(\.process)
        func wait(_ seconds: Double) {
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end, all.contains(where: { $0.end == nil }) { usleep(20_000) }
        }
        wait(seconds)
        for process in all { process.signal(SIGTERM) }
        wait(5)
        for process in all { process.signal(SIGKILL) }
        wait(5)
        for place in slots.indices { slots[place].process = nil }
    }

    private func start(_ place: Int) throws {
        let slot = slots[place]
        // A new process is a new worker: what its predecessor had is lost.
        let name = slot.kind == .worker ? Self.prefix(ofWorker: slot.index) + "\(slot.births)" : "reducer-\(slot.index)"
        slots[place].births += 1
        var arguments = [slot.kind.rawValue, "--connect", coordinator.description, "--with-parent", "\(getpid())"]
        switch slot.kind {
        case .worker:
            arguments += ["--name", name, "--threads", "\(plan.threads)", "--memory", "\(plan.memory >> 20)M"]
            arguments += ["--scratch", folder.appending(name).string]
        case .reducer:
            arguments += ["--store", stores.appending("\(slot.index)").string, "--threads", "1", "--take-over"]
            arguments += ["--listen", "ipc://" + folder.appending("r\(slot.index)").string]
        }
        slots[place].process = try ChildProcess(name, program: plan.program, arguments: arguments) { [logger, ending] line in
            guard !ending.isRaised else { return }
            logger.warning("\(name): \(LogText.line(line))")
        }
    }
}
