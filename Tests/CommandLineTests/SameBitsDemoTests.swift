import Foundation
import SmallRuns
import Testing

/// What SameBitsTests shows on tiny models, once each on the whole demo.
@Suite(
    "The same bits on the whole demo", .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["UN_ALL"] != nil, "only with UN_ALL=1: it takes an hour of processor time"))
struct SameBitsDemoTests {
    @Test("for threads, memory, extensions, map and reduce, and after kill -9")
    func demo() throws {
        try TemporaryFolder.with { folder in
            let run = TinyRun(folder: folder)
            let tasks = try configure(run)
            try succeed(run, ["run", "demo.yaml", "--output", "calm", "--threads", "2"])
            let calm = try run.result("calm")
            #expect(calm.digest.count == 64)

            try succeed(run, ["run", "demo.yaml", "--output", "one", "--threads", "1"])
            #expect(try run.result("one") == calm)
            try FileManager.default.removeItem(atPath: run.path("one"))

            let little = try memory(run)
            try succeed(run, ["run", "demo.yaml", "--output", "little", "--threads", "3", "--memory", little])
            #expect(try run.result("little") == calm)
            let groups = try #require(try run.plan("little")["blockGroups"] as? [[Int]])
            #expect(groups.count > 1, "with \(little)")
            try FileManager.default.removeItem(atPath: run.path("little"))

            try succeed(run, ["run", "demo.yaml", "--output", "grown", "--tokens", "100k"])
            #expect(try run.result("grown") != calm)
            try succeed(run, ["extend", "grown", "--tokens", "all"])
            #expect(try run.result("grown") == calm)
            try FileManager.default.removeItem(atPath: run.path("grown"))

            try mapAndReduce(run, tasks: tasks)
            #expect(try run.result("plan") == calm)

            try killAtRandomMoments(run)
            #expect(try run.result("killed") == calm)
        }
    }

    /// Writes the demo's configuration with a fixed shard, and gives the number of tasks.
    private func configure(_ run: TinyRun) throws -> Int {
        try DemoRun.writeWhole("demo.yaml", in: run)
        try run.rewrite("demo.yaml", "shard: auto", "shard: 32768")
        let plan = try run.program("plan", "demo.yaml", "--output", "plan", "--json")
        try #require(plan.status == 0, "\(plan.errors)")
        return try #require((plan.json?["plan"] as? [String: Any])?["tasks"] as? Int)
    }

    /// A little more memory than the largest block needs alone.
    private func memory(_ run: TinyRun) throws -> String {
        let refused = try run.program("run", "demo.yaml", "--output", "refused", "--memory", "100M")
        let needed = try #require(refused.errors.firstMatch(of: /alone needs (\d+) MiB/), "\(refused.errors)").1
        return "\((Int(needed) ?? 0) + 32)M"
    }

    private func mapAndReduce(_ run: TinyRun, tasks: Int) throws {
        var generator = SeededGenerator(tiny: 2024)
        var files: [String] = []
        for task in 0..<tasks {
            files.append("\(task).partial")
            try succeed(run, ["map", "--plan", "plan/plan.json", "--task", "\(task)", "--output", files[task]])
        }
        files.shuffle(using: &generator)
        let half = files.count / 2
        let plan = ["--plan", "plan/plan.json"]
        try succeed(run, ["reduce"] + plan + files.prefix(half) + ["--output", "half.partial"])
        try succeed(run, ["reduce"] + plan + files.dropFirst(half) + ["half.partial", "--store", "plan/store"])
        try succeed(run, ["analyze", "plan"])
    }

    /// Starts a run three times, kills it each time unless it ends before, and lets a fourth one finish.
    private func killAtRandomMoments(_ run: TinyRun) throws {
        let arguments = ["run", "demo.yaml", "--output", "killed"]
        var generator = SeededGenerator(tiny: 2025)
        var kills = 0
        while kills < 3 {
            let process = try BuiltProgram.process(arguments, in: run.folder)
            process.standardOutput = try DiscardedOutput.handle()
            process.standardError = try DiscardedOutput.handle()
            try process.run()
            Thread.sleep(forTimeInterval: Double.random(in: 5...40, using: &generator))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            guard process.terminationReason == .uncaughtSignal else {
                // A machine so fast that it was done before.
                #expect(process.terminationStatus == 0)
                break
            }
            kills += 1
        }
        #expect(kills > 0)
        try succeed(run, arguments)
    }

    private func succeed(_ run: TinyRun, _ arguments: [String]) throws {
        let outcome = try run.program(arguments)
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    }
}
