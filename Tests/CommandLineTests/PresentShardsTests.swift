import Foundation
import Testing

@Suite("Shards that are there", .serialized)
struct PresentShardsTests {
    /// Tokens of a shard of a tiny run.
    private let shard = 128
    /// Shards of a tiny run.
    private let shards = 50

    @Test("are analysed so far while the run goes on, as map and reduce of exactly those are; the run then ends as a calm one")
    func soFar() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            // Four are folded, when others wait.
            let (output, frozen) = try FrozenRun.attempts { output in
                #expect(try run.program("run", "run.yaml", "--output", output, "--tokens", "512").status == 0)
                return try FrozenRun(output, ["extend", output, "--tokens", "all"], in: run).map { (output, $0) }
            }
            let there = Array(0..<4) + frozen.staged
            let soFar = try run.program("analyze", output, "--so-far", "--json")
            try #require(soFar.status == 0, "\(soFar.errors)")
            #expect(soFar.errors.contains("\(shards - there.count) shards not in the analysis"), "\(soFar.errors)")
            let incomplete = try #require(soFar.json?["incomplete"] as? [String: Any])
            #expect(incomplete["shards_planned"] as? Int == shards && incomplete["shards_complete"] as? Int == there.count)
            #expect(try run.program("inspect", output).output.contains("they are not complete: \(shards - there.count) of 50 shards"))
            let found = try run.result(output)

            #expect(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            let partials = there.map { "\($0).partial" }
            for (shard, partial) in zip(there, partials) {
                #expect(try run.program("map", "--plan", "plan", "--task", "\(shard)", "--output", partial).status == 0)
            }
            #expect(try run.program(["reduce"] + partials + ["--store", "plan/store"]).status == 0)
            let same = try run.program("analyze", "plan", "--incomplete", "--json")
            #expect(same.status == 0, "\(same.errors)")
            // Tokens, digest and what is missing among it.
            #expect(NSDictionary(dictionary: try #require(soFar.json)) == NSDictionary(dictionary: try #require(same.json)))
            #expect(try found == run.result("plan"))

            frozen.thaw()
            #expect(frozen.program.end() == 0, "\(frozen.program.errors)")
            #expect(try run.result(output) == run.result("calm"))
            let expected = CorrelatedTokens(here: (shards - 4) * shard, there: 4 * shard)
            #expect(CorrelatedTokens(log: frozen.program.errors) == expected, "\(frozen.program.errors)")
        }
    }

    @Test("are not computed again by the run after one that was killed or stopped", arguments: [SIGKILL, SIGINT])
    func resumed(signal: Int32) throws {
        try TinyRun.with { run in
            let (output, there) = try FrozenRun.attempts { output -> (String, Int)? in
                guard let frozen = try FrozenRun(output, ["run", "run.yaml", "--output", output], in: run) else { return nil }
                kill(frozen.program.process.processIdentifier, signal)
                frozen.thaw()
                let status = frozen.program.end()
                let there = run.staged(in: "\(output)/store").count
                // It may have done everything before it saw that it is asked to stop.
                if signal != SIGKILL, status == 0 || !(frozen.staged.count..<shards).contains(there) { return nil }
                #expect(status == 128 + signal && there >= frozen.staged.count)
                return (output, there)
            }
            let resumed = try run.program("run", "run.yaml", "--output", output)
            #expect(resumed.status == 0)
            let expected = CorrelatedTokens(here: (shards - there) * shard, there: there * shard)
            #expect(CorrelatedTokens(log: resumed.errors) == expected, "\(resumed.errors)")
            let again = try run.program("run", "run.yaml", "--output", output)
            #expect(again.status == 0 && CorrelatedTokens(log: again.errors) == nil, "\(again.errors)")
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            #expect(try run.result(output) == run.result("calm"))
        }
    }

    @Test("are not computed again by any extension, and a fresh run says of none that they were there")
    func extended() throws {
        try TinyRun.with { run in
            let steps: [(arguments: [String], expected: CorrelatedTokens?)] = [
                (["run", "run.yaml", "--output", "out", "--tokens", "1024"], CorrelatedTokens(here: 1_024)),
                (["extend", "out", "--tokens", "3072"], CorrelatedTokens(here: 2_048, there: 1_024)),
                (["extend", "out", "--tokens", "all"], CorrelatedTokens(here: 3_328, there: 3_072)),
                (["extend", "out", "--tokens", "all"], nil),
            ]
            for step in steps {
                let outcome = try run.program(step.arguments)
                #expect(outcome.status == 0 && CorrelatedTokens(log: outcome.errors) == step.expected, "\(step): \(outcome.errors)")
            }
        }
    }
}
