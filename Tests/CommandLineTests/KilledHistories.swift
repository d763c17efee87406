import Foundation
import SmallRuns
import Testing

/// Runs of one process that are killed at random moments and started again, each until it has ended.
struct KilledHistories {
    /// Where they are.
    let run: TinyRun
    /// What each of them is to give.
    let calm: TinyRun.Result
    /// Seconds that a calm run took.
    let duration: Double
    /// How many kills there are to be in all, and in how many histories at most.
    let kills: Int, most: Int
    /// Kills after which a history may end.
    let attempts: Int
    /// Of the first history; the others follow it.
    let seed: UInt64

    /// Plays them.
    func play() throws {
        var duration = duration
        var (killed, history) = (0, 0)
        while killed < kills, history < most {
            var generator = SeededGenerator(tiny: UInt64(history) + seed)
            let output = "killed\(history)"
            history += 1
            for attempt in 0... {
                let process = try BuiltProgram.process(["run", "run.yaml", "--output", output, "--quiet"], in: run.folder)
                process.standardError = FileHandle.nullDevice
                process.standardOutput = FileHandle.nullDevice
                try process.run()
                if attempt < attempts {
                    Thread.sleep(forTimeInterval: Double.random(in: 0.02...1, using: &generator) * duration)
                    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
                }
                process.waitUntilExit()
                if process.terminationReason == .exit {
                    #expect(process.terminationStatus == 0, "seed \(history - 1), attempt \(attempt)")
                    // It ended before it could be killed: the machine is faster than it was.
                    if attempt < attempts { duration *= 0.7 }
                    break
                }
                killed += 1
            }
            #expect(try run.result(output) == calm, "seed \(history - 1)")
            #expect(try run.program("clean", output).status == 0)
            let left = FileManager.default.enumerator(atPath: run.path(output))?.compactMap { $0 as? String } ?? []
            #expect(!left.contains { $0.hasSuffix(".part") || $0.hasSuffix(".partial") })
        }
        #expect(killed >= kills)
    }
}
