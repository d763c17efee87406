import Foundation
import Logging
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// The workers and reducers that a coordinator has started: they are started again when they die, and end with it.
final class ChildProcesses {
    /// A reducer or worker that dies so often within a minute is not started again: something is wrong that no repetition mends.
    private static let deathsAllowed = 10
    private static let deathWindow = Duration.seconds(60)

    private struct Slot {
        let kind: Kind
        let index: Int
        var births = 0
        var deaths: [ContinuousClock.Instant] = []
        var process: ChildProcess?
    }

    /// What a process does.
    enum Kind: String { case worker, reducer }

    private let plan: ChildPlan
    private let stores: FilePath
    private let folder: FilePath
    private let coordinator: Endpoint
    private let logger: Logger
    private var slots: [Slot]
    /// Whether they are being stopped: what they say of that nobody needs to hear.
    private let ending = StopRequest()

    /// Starts all of them.
    ///
    /// - Parameters:
    ///   - coordinator: where they find the coordinator.
    ///   - folder: a private folder for their sockets and scratch files.
    ///   - stores: the folder of the reducers' stores.
    /// - Throws: `ClusterError.childNotStarted`, `StorageError`.
    init(_ plan: ChildPlan, coordinator: Endpoint, folder: FilePath, stores: FilePath, logger: Logger) throws {
        self.plan = plan
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
            slots[place].deaths = slots[place].deaths.filter { now - $0 < Self.deathWindow } + [now]
            guard slots[place].deaths.count < Self.deathsAllowed else {
                throw ClusterError.childKeepsDying(process.name, end: "\(end)", lines: process.errors)
            }
            try start(place)
        }
    }

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
        let name = slot.kind == .worker ? "worker-\(slot.index).\(getpid()).\(slot.births)" : "reducer-\(slot.index)"
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
