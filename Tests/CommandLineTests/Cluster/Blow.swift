import Foundation
import SmallRuns

/// What befalls the processes of a run once.
struct Blow {
    /// On whom it falls.
    private enum Target {
        /// Any worker or reducer.
        case other
        /// One of a role.
        case role(String)
        case everything
    }

    /// Ten of these, so that most blows fall on one process of several.
    private static let kinds: [(target: Target, isKill: Bool)] = [
        (.other, true), (.other, true), (.other, true), (.other, true), (.other, false), (.other, false), (.other, false),
        (.role("coordinator"), true), (.role("coordinator"), false), (.everything, true),
    ]

    private var target: Target
    private var isKill: Bool
    /// Progress and microseconds, the earlier of which it waits for; nil: for progress, however long that takes.
    private(set) var steps: Int
    private(set) var pause: UInt32?
    /// Which of those on whom it may fall, from 0 to below 1.
    private let place: Double
    /// Microseconds that a process is stopped for.
    private var stop: UInt32

    init(of chaos: ClusterChaos, using generator: inout SeededGenerator) {
        (target, isKill) = Self.kinds[Int.random(in: 0..<Self.kinds.count, using: &generator)]
        steps = Int.random(in: chaos.steps, using: &generator)
        pause = UInt32.random(in: chaos.pauses, using: &generator)
        place = Double.random(in: 0..<1, using: &generator)
        // A third of the stops outlast a lease.
        stop =
            Int.random(in: 0..<3, using: &generator) == 0
            ? Self.pastLease(of: chaos, using: &generator) : Self.leases(0.1...0.9, of: chaos, using: &generator)
    }

    /// It kills the coordinator, once something has come into the stores.
    mutating func killCoordinator() {
        kill("coordinator")
        // A fast run may be over before many files were seen.
        (steps, pause) = (min(steps, 5), nil)
    }

    /// It kills somebody of a role.
    mutating func kill(_ role: String) { (target, isKill) = (.role(role), true) }

    /// It stops somebody of a role for longer than a lease lasts.
    mutating func stop(_ role: String, pastLeaseOf chaos: ClusterChaos, using generator: inout SeededGenerator) {
        (target, isKill) = (.role(role), false)
        stop = Self.pastLease(of: chaos, using: &generator)
    }

    private static func pastLease(of chaos: ClusterChaos, using generator: inout SeededGenerator) -> UInt32 {
        leases(1.3...2, of: chaos, using: &generator)
    }

    /// Microseconds of so many leases.
    private static func leases(_ range: ClosedRange<Double>, of chaos: ClusterChaos, using generator: inout SeededGenerator) -> UInt32 {
        UInt32(Double.random(in: range, using: &generator) * Double(chaos.leaseSeconds) * 1e6)
    }

    /// Strikes.
    ///
    /// - Parameter lease: how long a lease lasts without a sign of life.
    /// - Returns: who was hit, alive, and how; nil where nobody was.
    func strike(_ processes: some ChaosProcesses, lease: Duration) -> ChaosHistory.Hit? {
        switch target {
        case .everything:
            // Killed before it has started anybody, on a busy machine it would never come to that.
            guard !processes.others.isEmpty else { return nil }
            return Self.killAll(processes) ? ChaosHistory.Hit(who: "everything", fate: .killed) : nil
        case .role("coordinator"):
            let children = processes.endTogether ? processes.others : []
            let hit = strike(processes.coordinator, as: "coordinator", lease: lease)
            if hit?.fate == .killed { for child in children { ProcessTree.waitForEnd(of: child.process) } }
            return hit
        case .role(let role): return strike(oneOf: processes.others.filter { $0.command == role }, lease: lease)
        case .other: return strike(oneOf: processes.others, lease: lease)
        }
    }

    /// Kills a coordinator, its workers and its reducers, none of which can do anything about the others.
    ///
    /// - Returns: whether all of them were alive, and there were any.
    @discardableResult
    static func killAll(_ processes: some ChaosProcesses) -> Bool {
        let coordinator = processes.coordinator
        let wasAlive = ProcessTree.stop(coordinator)
        let others = processes.others
        let wereAlive = others.map { ProcessTree.stop($0.process) }
        for process in others.map(\.process) + [coordinator] { Glibc.kill(process, SIGKILL) }
        for other in others { ProcessTree.waitForEnd(of: other.process) }
        return wasAlive && !others.isEmpty && wereAlive.allSatisfy(\.self)
    }

    private func strike(oneOf possible: [ProcessTree.Child], lease: Duration) -> ChaosHistory.Hit? {
        guard !possible.isEmpty else { return nil }
        let victim = possible[Int(place * Double(possible.count))]
        return strike(victim.process, as: victim.command, lease: lease)
    }

    /// Stops a process, and kills it or lets it go on later: what has been stopped was alive.
    private func strike(_ process: Int32, as name: String, lease: Duration) -> ChaosHistory.Hit? {
        guard ProcessTree.stop(process) else { return nil }
        guard !isKill else {
            Glibc.kill(process, SIGKILL)
            ProcessTree.waitForEnd(of: process)
            return ChaosHistory.Hit(who: name, fate: .killed)
        }
        let start = ContinuousClock.now
        usleep(stop)
        let isPastLease = ContinuousClock.now - start > lease
        Glibc.kill(process, SIGCONT)
        return ChaosHistory.Hit(who: name, fate: isPastLease ? .stoppedPastLease : .stopped)
    }
}
