import Foundation
import SmallRuns

/// Runs with workers and reducers whose processes are killed and stopped, by a history that one seed decides.
struct ClusterChaos {
    /// Who can be struck alone, in the order in which seeds take turns.
    static let roles = ["worker", "reducer", "coordinator"]
    /// The seed of the history to play again, alone.
    static let replayed = ProcessInfo.processInfo.environment["UN_CHAOS_SEED"].flatMap { Int($0) }

    /// Decides who is struck, how, and when.
    let seed: Int
    /// Kills and stops, after which the run is left in peace.
    var blows = 6
    /// Seconds that a worker may be silent before its tasks go to others.
    var leaseSeconds = 1
    /// Files that come into the reducers' stores between two blows: a tiny run makes about two hundred.
    var steps = 1...30
    /// Microseconds after which a blow falls all the same, where nothing comes.
    var pauses: ClosedRange<UInt32> = 300_000...1_500_000
    /// Seconds after which an attempt is given up; only tests that fail wait so long.
    var patience = 300.0
    /// Attempts after which the run is given up.
    var most = 20

    /// What a coordinator is told, so that it takes the blows.
    var options: [String] { CoordinatorOptions.isSureAfter(seconds: leaseSeconds) }

    /// Starts a run again and again until it ends by itself.
    func play(
        _ processes: some ChaosProcesses, workers: Int, reducers: Int, using generator: inout SeededGenerator
    ) throws -> ChaosHistory {
        defer { processes.end() }
        var planned = plan(ofSeparate: !processes.endTogether, using: &generator)[...]
        var history = ChaosHistory(seed: seed, workers: workers, reducers: reducers, isSeparate: !processes.endTogether)
        var progress = StoreProgress(of: processes.stores)
        for attempt in 0..<most {
            let process = try processes.start().process
            history.attempts += 1
            let end = ContinuousClock.now + .seconds(patience)
            while let blow = planned.first, wait(for: blow, of: process, until: end, &progress) {
                guard let hit = blow.strike(processes, lease: .seconds(leaseSeconds)) else { continue }
                history.hits.append(hit)
                planned.removeFirst()
                guard hit.fate == .killed else { continue }
                if hit.who != "coordinator" {
                    if hit.who != "everything" { try processes.revive() }
                } else if try processes.leases() > 0, progress.look() > 0 {
                    history.successions += 1
                }
            }
            while process.isRunning, processes.problem == nil, ContinuousClock.now < end { usleep(5_000) }
            let hasEnded = !process.isRunning
            history.problem = processes.problem
            if !hasEnded { Blow.killAll(processes) }
            process.waitUntilExit()
            history.log = processes.log
            let status = BuiltProgram.status(of: process)
            if history.problem == nil, !hasEnded {
                history.problem = "attempt \(attempt) did not end within \(patience) seconds"
            } else if history.problem == nil, status != 0, status != 128 + SIGKILL {
                history.problem = "attempt \(attempt) ended with \(status)"
            }
            if status == 0 || history.problem != nil { return history }
        }
        history.problem = "\(most) attempts did not end it"
        return history
    }

    /// The blows of a history: any, but that the second one stops somebody for longer than a lease lasts and the third one kills somebody,
    /// which seeds that follow each other do to each role by turns. The first blow to fall on separate processes kills the coordinator as soon
    /// as others hold something.
    private func plan(ofSeparate isSeparate: Bool, using generator: inout SeededGenerator) -> [Blow] {
        var planned = (0..<blows).map { _ in Blow(of: self, using: &generator) }
        if isSeparate { planned[0].killCoordinator() }
        planned[1].stop(Self.roles[seed % Self.roles.count], pastLeaseOf: self, using: &generator)
        planned[2].kill(Self.roles[(seed + 1) % Self.roles.count])
        return planned
    }

    /// Waits for the moment of a blow: so much progress since the last one, or so long.
    ///
    /// - Returns: whether the run goes on.
    private func wait(
        for blow: Blow, of process: Process, until end: ContinuousClock.Instant, _ progress: inout StoreProgress
    ) -> Bool {
        let moment = blow.pause.map { ContinuousClock.now + .microseconds(Int($0)) } ?? end
        let start = progress.look()
        while process.isRunning, ContinuousClock.now < moment, progress.look() < start + blow.steps { usleep(5_000) }
        return process.isRunning && ContinuousClock.now < end
    }
}
