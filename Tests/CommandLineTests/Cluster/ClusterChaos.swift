import Foundation
import Testing

/// Runs of `run --workers --reducers` whose processes are killed and stopped, by a history that one seed decides.
struct ClusterChaos {
    /// Decides who is struck, how, and when.
    let seed: Int
    /// Kills and stops, after which the run is left in peace.
    var blows = 6
    /// Seconds that a worker may be silent before its tasks go to others.
    var leaseSeconds = 1
    /// Microseconds between two blows.
    var pauses: ClosedRange<UInt32> = 20_000...600_000
    /// Microseconds that a process is stopped for: sometimes longer than a lease lasts.
    var stops: ClosedRange<UInt32> = 100_000...1_600_000

    /// Starts a run again and again until it ends by itself.
    ///
    /// - Parameter most: attempts after which it is given up.
    /// - Returns: what all attempts said.
    func play(
        _ configuration: String, output: String, workers: Int, reducers: Int, in run: TinyRun, most: Int = 20,
        using generator: inout TinyGenerator
    ) throws -> String {
        let arguments = [
            "run", configuration, "--output", output, "--quiet", "--workers", "\(workers)", "--reducers", "\(reducers)",
            "--lease-timeout", "\(leaseSeconds)", "--retries", "1000", "--crash-limit", "1000",
        ]
        var log = ""
        var blows = 0
        for attempt in 0..<most {
            let errors = run.folder.appendingPathComponent("errors\(attempt)")
            try Data().write(to: errors)
            let process = try BuiltProgram.process(arguments, in: run.folder)
            process.standardError = try FileHandle(forWritingTo: errors)
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            while process.isRunning, blows < self.blows {
                usleep(UInt32.random(in: pauses, using: &generator))
                blows += strike(process, using: &generator)
            }
            process.waitUntilExit()
            log += (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            let status = BuiltProgram.status(of: process)
            if status == 0 { break }
            #expect(status == 128 + SIGKILL, "seed \(seed), attempt \(attempt), status \(status): \(log)")
        }
        return log
    }

    /// Kills or stops somebody.
    private func strike(_ process: Process, using generator: inout TinyGenerator) -> Int {
        let coordinator = process.processIdentifier
        let children = ProcessTree.children(of: coordinator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<5:
            guard let victim = children.randomElement(using: &generator) else { return 0 }
            kill(victim.process, SIGKILL)
        case 5..<8:
            guard let victim = children.randomElement(using: &generator) else { return 0 }
            kill(victim.process, SIGSTOP)
            usleep(UInt32.random(in: stops, using: &generator))
            kill(victim.process, SIGCONT)
        case 8:
            kill(coordinator, SIGKILL)
            for child in children { ProcessTree.waitForEnd(of: child.process) }
        default:
            for child in children { kill(child.process, SIGKILL) }
            kill(coordinator, SIGKILL)
        }
        return 1
    }
}
