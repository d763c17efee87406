import Foundation
import SmallRuns

/// Runs of `run --workers --reducers` whose processes are killed and stopped, by a history that one seed decides.
struct ClusterChaos {
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
    /// Microseconds that a process is stopped for: sometimes longer than a lease lasts.
    var stops: ClosedRange<UInt32> = 100_000...1_600_000
    /// Seconds after which an attempt is given up; only tests that fail wait so long.
    var patience = 300.0
    /// Attempts after which the run is given up.
    var most = 20

    /// Starts a run again and again until it ends by itself.
    func play(
        _ configuration: String, output: String, workers: Int, reducers: Int, in run: TinyRun, using generator: inout SeededGenerator
    ) throws -> ChaosHistory {
        let processes = ["--workers", "\(workers)", "--reducers", "\(reducers)"]
        let arguments =
            ["run", configuration, "--output", output, "--quiet"] + processes + CoordinatorOptions.isSureAfter(seconds: leaseSeconds)
        var planned = (0..<blows).map { _ in Blow(of: self, using: &generator) }[...]
        var history = ChaosHistory(seed: seed, workers: workers, reducers: reducers)
        var progress = StoreProgress(folder: run.folder.appendingPathComponent("\(output)/reducers"), reducers: reducers)
        for attempt in 0..<most {
            let errors = run.folder.appendingPathComponent("errors\(attempt)")
            try Data().write(to: errors)
            let process = try BuiltProgram.process(arguments, in: run.folder)
            process.standardError = try FileHandle(forWritingTo: errors)
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            history.attempts += 1
            let end = ContinuousClock.now + .seconds(patience)
            while let blow = planned.first, wait(for: blow, of: process, until: end, &progress) {
                guard let hit = blow.strike(process.processIdentifier) else { continue }
                history.hits.append(hit)
                planned.removeFirst()
            }
            while process.isRunning, ContinuousClock.now < end { usleep(5_000) }
            let hasEnded = !process.isRunning
            if !hasEnded { Blow.killAll(process.processIdentifier) }
            process.waitUntilExit()
            history.log += (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            let status = BuiltProgram.status(of: process)
            if !hasEnded {
                history.problem = "attempt \(attempt) did not end within \(patience) seconds"
            } else if status != 0, status != 128 + SIGKILL {
                history.problem = "attempt \(attempt) ended with \(status)"
            }
            if status == 0 || history.problem != nil { return history }
        }
        history.problem = "\(most) attempts did not end it"
        return history
    }

    /// Waits for the moment of a blow: so much progress since the last one, or so long.
    ///
    /// - Returns: whether the run goes on.
    private func wait(
        for blow: Blow, of process: Process, until end: ContinuousClock.Instant, _ progress: inout StoreProgress
    ) -> Bool {
        let moment = ContinuousClock.now + .microseconds(Int(blow.pause))
        let start = progress.look()
        while process.isRunning, ContinuousClock.now < moment, progress.look() < start + blow.steps { usleep(5_000) }
        return process.isRunning && ContinuousClock.now < end
    }
}
