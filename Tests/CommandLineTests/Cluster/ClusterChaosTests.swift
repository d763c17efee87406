import Foundation
import Testing

@Suite("A cluster whose processes are killed and stopped", .serialized)
struct ClusterChaosTests {
    /// Histories that are played; each is a run that is disturbed until it has had its share.
    private static let histories = 30

    @Test("computes the bits of a calm run, whatever dies", arguments: 0..<histories)
    func killed(seed: Int) throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let calm = try run.result("calm")
            var generator = TinyGenerator(seed: UInt64(seed) + 4_000)
            let workers = Int.random(in: 1...2, using: &generator)
            let reducers = Int.random(in: 1...2, using: &generator)
            let arguments = [
                "run", "run.yaml", "--output", "out", "--quiet", "--workers", "\(workers)", "--reducers", "\(reducers)", "--lease-timeout",
                "1",
                "--retries", "1000", "--crash-limit", "1000",
            ]
            var log = ""
            var blows = 0
            for attempt in 0..<20 {
                let errors = run.folder.appendingPathComponent("errors\(attempt)")
                try Data().write(to: errors)
                let process = try BuiltProgram.process(arguments, in: run.folder)
                process.standardError = try FileHandle(forWritingTo: errors)
                process.standardOutput = FileHandle.nullDevice
                try process.run()
                while process.isRunning, blows < 6 {
                    usleep(UInt32.random(in: 20_000...600_000, using: &generator))
                    blows += Self.strike(process, using: &generator)
                }
                process.waitUntilExit()
                log += (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
                let status = BuiltProgram.status(of: process)
                if status == 0 { break }
                #expect(status == 128 + SIGKILL, "seed \(seed), attempt \(attempt), status \(status): \(log)")
            }
            #expect(try run.result("out") == calm, "seed \(seed): \(log)")
        }
    }

    /// Kills or stops somebody.
    private static func strike(_ process: Process, using generator: inout TinyGenerator) -> Int {
        let coordinator = process.processIdentifier
        let children = ProcessTree.children(of: coordinator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<5:
            guard let victim = children.randomElement(using: &generator) else { return 0 }
            kill(victim.process, SIGKILL)
        case 5..<8:
            guard let victim = children.randomElement(using: &generator) else { return 0 }
            kill(victim.process, SIGSTOP)
            usleep(UInt32.random(in: 100_000...1_600_000, using: &generator))
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
