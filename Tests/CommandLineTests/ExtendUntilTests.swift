import Foundation
import Testing

@Suite("extend --until-se", .serialized)
struct ExtendUntilTests {
    /// The standard error of the universal fraction, and the budget, of a finished run.
    private func standing(_ run: TinyRun, _ output: String) throws -> (error: Double, tokens: Int) {
        let text = try Data(contentsOf: run.folder.appendingPathComponent("\(output)/summary.json"))
        let summary = try JSONSerialization.jsonObject(with: text) as? [String: Any]
        let universal = try #require(summary?["universal"] as? [String: Any])
        // One that is below what 4 replicates can show is null, with the resolution beside it.
        let resolution = try #require(universal["count_error_resolution"] as? Double)
        let error = try #require(universal["standard_error"] is NSNull ? 0 : universal["standard_error"] as? Double)
        #expect(error == 0 || error > 0.99 * resolution / 48)
        let tokens = try #require((try run.plan(output)["windows"] as? Int)) * 128
        return (error, tokens)
    }

    /// A run in which about half of the neurons are universal, so that the error is not 0.
    private func configure(_ run: TinyRun) throws { try run.configure(extra: "threshold: 0.02") }

    @Test(
        "goes on in rounds, whatever kills it, and ends with the bits of a fresh run of the last budget",
        arguments: [[], ["--workers", "2"]])
    func rounds(start: [String]) throws {
        try TinyRun.with { run in
            try configure(run)
            let begun = try BuiltProgram.run(["run", "run.yaml", "--output", "out", "--tokens", "1k"] + start, in: run.folder)
            #expect(begun.status == 0, "\(begun.errors)")
            // Above what 4 replicates of 48 neurons can show, 0.0156, and below what they do.
            let arguments = ["extend", "out", "--until-se", "0.02", "--max-tokens", "4k"]
            let process = try BuiltProgram.process(arguments, in: run.folder)
            let errors = URL(fileURLWithPath: run.path("errors"))
            try Data().write(to: errors)
            process.standardError = try FileHandle(forWritingTo: errors)
            process.standardOutput = try DiscardedOutput.handle()
            try process.run()
            while process.isRunning, try !String(contentsOf: errors, encoding: .utf8).contains("round 2: on to 2048 tokens") {
                usleep(1_000)
            }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(BuiltProgram.status(of: process) == 128 + SIGKILL, "it was over before it could be killed")

            // 31 shards of 128 tokens are what 4k has room for.
            let outcome = try BuiltProgram.run(arguments, in: run.folder)
            #expect(outcome.status == 65 && outcome.output == "", "\(outcome.errors)")
            #expect(outcome.errors.contains("after 3968 tokens") && outcome.errors.contains("at most 4000 tokens"), "\(outcome.errors)")
            #expect(outcome.errors.contains("round 1: ") && outcome.errors.contains("with a standard error of"))
            #expect(try run.program("run", "run.yaml", "--output", "fresh", "--tokens", "3968").status == 0)
            #expect(try run.result("out") == run.result("fresh"))
        }
    }

    @Test("ends when the error is reached, at once where it is already, and prints the result once")
    func reached() throws {
        try TinyRun.with { run in
            try configure(run)
            #expect(try run.program("run", "run.yaml", "--output", "all").status == 0)
            let (error, _) = try standing(run, "all")
            try #require(error > 0)
            #expect(try run.program("run", "run.yaml", "--output", "out", "--tokens", "1k").status == 0)
            let outcome = try run.program("extend", "out", "--until-se", "\(error)", "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let universal = try #require(outcome.json?["universal"] as? [String: Any])
            #expect(universal["standard_error"] as? Double ?? 0 <= error)
            let found = try standing(run, "out")
            #expect(found.tokens > 1_024)
            #expect(try run.program("run", "run.yaml", "--output", "fresh", "--tokens", "\(found.tokens)").status == 0)
            #expect(try run.result("out") == run.result("fresh"))
            let again = try run.program("extend", "out", "--until-se", "0.9")
            #expect(again.status == 0 && again.errors.contains("tasks are done already") && !again.errors.contains("round 2"))
            #expect(again.output.contains("a standard error of 0.9 was wanted, and is reached already: no tokens were added"))
            #expect(try standing(run, "out").tokens == found.tokens)
        }
    }

    @Test("takes an error of 0 for the smallest that can be shown, and does not look for a smaller one")
    func zero() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "fresh").status == 0)
            let hopeless = try run.program("extend", "fresh", "--until-se", "0.000001")
            #expect(hopeless.status == 65 && hopeless.errors.contains("can show no error below 0.015"), "\(hopeless.errors)")
            #expect(!run.holds("fresh/summary.json"))
            // None of these neurons is universal.
            #expect(try run.program("run", "run.yaml", "--output", "out", "--tokens", "1k").status == 0)
            try #require(try standing(run, "out").error == 0)
            let refused = try run.program("extend", "out", "--until-se", "0.015")
            #expect(refused.status == 65 && !refused.errors.contains("round 2"), "\(refused.errors)")
            #expect(
                refused.errors.contains("with a standard error below 0.015") && refused.errors.contains("can show no error below 0.015"))
            let reached = try run.program("extend", "out", "--until-se", "0.016")
            #expect(reached.status == 0 && !reached.errors.contains("round 2"), "\(reached.errors)")
            #expect(reached.output.contains("that of the count is below 0.7"), "\(reached.output)")
        }
    }

    @Test("goes on with workers and reducers that were started elsewhere once: they stay until the last round")
    func elsewhere() throws {
        try TinyRun.with { run in
            try configure(run)
            let cluster = StartedCluster(run: run)
            func members() throws -> [StartedProgram] { [try cluster.reducer(), try cluster.worker()] }
            let coordinator = try cluster.coordinator(["--tokens", "1k"])
            let first = try members()
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            for member in first { #expect(member.end() == 0, "\(member.errors)") }

            let extending = try StartedProgram("extend", ["extend", "out", "--until-se", "0.02", "--max-tokens", "4k"], in: run.folder)
            let others = try members()
            #expect(extending.end() == 65, "\(extending.errors)")
            #expect(extending.errors.contains("round 2: on to 2048 tokens") && extending.errors.contains("round 3: on to 3968 tokens"))
            for member in others { #expect(member.end() == 0, "\(member.errors)") }
            #expect(try run.program("run", "run.yaml", "--output", "fresh", "--tokens", "3968").status == 0)
            #expect(try run.result("out") == run.result("fresh"))
        }
    }

    @Test("fills a replicate that is empty, and says so")
    func empty() throws {
        try TinyRun.with { run in
            try configure(run)
            #expect(try run.program("run", "run.yaml", "--output", "out", "--tokens", "128").status == 0)
            let outcome = try run.program("extend", "out", "--until-se", "0.9")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("a replicate is empty") && outcome.errors.contains("round 2: on to 512 tokens"))
            #expect(try run.program("run", "run.yaml", "--output", "one", "--tokens", "128").status == 0)
            let refused = try run.program("extend", "one", "--until-se", "0.9", "--max-tokens", "200")
            #expect(refused.status == 65 && refused.errors.contains("no standard error, as a replicate is empty"), "\(refused.errors)")
        }
    }
}
