import Foundation
import SmallRuns
import Testing

@Suite("The same bits, whatever happens", .serialized)
struct SameBitsTests {
    @Test("for any number of threads")
    func threads() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "one", "--threads", "1").status == 0)
            let calm = try run.result("one")
            #expect(calm.digest.count == 64)
            for threads in ["2", "3"] {
                #expect(try run.program("run", "run.yaml", "--output", "t\(threads)", "--threads", threads).status == 0)
                #expect(try run.result("t\(threads)") == calm)
            }
        }
    }

    @Test("with block groups that fit into little memory")
    func memory() throws {
        try TinyRun.with { run in
            // Chunks so long that the columns of all layers together need more memory than those of two.
            try run.configure(chunk: 1 << 16)
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            // The message says how much the largest block needs.
            let refused = try run.program("run", "run.yaml", "--output", "small", "--memory", "100M")
            #expect(refused.status == 78)
            let needed = try #require(refused.errors.firstMatch(of: /alone needs (\d+) MiB/)).1
            let outcome = try run.program("run", "run.yaml", "--output", "small", "--memory", "\(needed)M")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.result("small") == run.result("calm"))
            let groups = try #require(try run.plan("small")["blockGroups"] as? [[Int]])
            #expect(groups.count > 1, "with \(needed) MiB there are \(groups.count) block groups")
        }
    }

    @Test("from map and reduce in ten random trees and orders")
    func mapAndReduce() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let calm = try run.result("calm")
            #expect(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            try FileManager.default.createDirectory(atPath: run.path("parts"), withIntermediateDirectories: true)
            let tasks = 50
            for task in 0..<tasks {
                let outcome = try run.program("map", "--plan", "plan/plan.json", "--task", "\(task)", "--output", "parts/\(task).partial")
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            #expect(try run.program("map", "--plan", "plan/plan.json", "--task", "\(tasks)", "--output", "parts/x").status == 64)
            for seed in 0..<10 {
                var generator = SeededGenerator(tiny: UInt64(seed) + 77)
                var files = (0..<tasks).map { "parts/\($0).partial" }
                var step = 0
                while files.count > 4 {
                    files.shuffle(using: &generator)
                    let taken = Int.random(in: 2...20, using: &generator)
                    let merged = "parts/tree\(seed).\(step)"
                    let outcome = try BuiltProgram.run(
                        ["reduce", "--plan", "plan/plan.json"] + files.prefix(taken) + ["--output", merged], in: run.folder)
                    #expect(outcome.status == 0, "seed \(seed): \(outcome.errors)")
                    files = Array(files.dropFirst(taken)) + [merged]
                    step += 1
                }
                let store = run.path("plan/store")
                try? FileManager.default.removeItem(atPath: store)
                // A copy of what is contained already changes nothing.
                let inputs = files + ["parts/\(seed).partial"]
                let outcome = try BuiltProgram.run(
                    ["reduce", "--plan", "plan/plan.json"] + inputs + ["--store", "plan/store"], in: run.folder)
                #expect(outcome.status == 0, "seed \(seed): \(outcome.errors)")
                #expect(try run.program("analyze", "plan").status == 0)
                #expect(try run.result("plan") == calm, "seed \(seed)")
            }
        }
    }

    @Test("extended or computed at once")
    func extended() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "fresh").status == 0)
            #expect(try run.program("run", "run.yaml", "--output", "grown", "--tokens", "1500").status == 0)
            #expect(try run.result("grown") != run.result("fresh"))
            #expect(try run.program("extend", "grown", "--tokens", "3k").status == 0)
            #expect(try run.program("extend", "grown", "--tokens", "all").status == 0)
            #expect(try run.result("grown") == run.result("fresh"))
            let smaller = try run.program("run", "run.yaml", "--output", "grown", "--tokens", "1k")
            #expect(smaller.status == 78)
            let extended = try run.program("extend", "grown", "--tokens", "1k")
            #expect(extended.status == 64 && extended.errors.contains("there is nothing to extend"), "\(extended.errors)")
            #expect(!extended.errors.contains("Usage"))
            #expect(try run.result("grown") == run.result("fresh"))
        }
    }

    @Test("extended, where 'shard: auto' keeps the size of the first budget, or computed at once with shards of that size")
    func keptShards() throws {
        try TinyRun.with { run in
            try run.configure(shard: "auto")
            // 1,500 / (2 · 4 replicates), in rows of 16 tokens.
            let plan = try run.program("plan", "run.yaml", "--output", "grown", "--tokens", "1500")
            #expect(plan.status == 0 && !plan.errors.contains("shards keep"), "\(plan.errors)")
            let kept = "shards keep 176 tokens, the size that 'shard: auto' chose for the first budget (for this one alone: "
            let begun = try run.program("run", "run.yaml", "--output", "grown", "--tokens", "3k")
            #expect(begun.status == 0 && begun.errors.contains("the budget grows from 1584 to 3168 tokens"), "\(begun.errors)")
            #expect(begun.errors.contains(kept + "368)"), "\(begun.errors)")
            let grown = try run.program("extend", "grown", "--tokens", "all")
            #expect(grown.status == 0 && grown.errors.contains(kept + "800)"), "\(grown.errors)")
            #expect(grown.errors.contains("a fresh run with 'shard: 176', to the bit"), "\(grown.errors)")
            #expect(try run.program("inspect", "grown").output.contains("of 176"))

            try run.configure("same.yaml", shard: "176")
            #expect(try run.program("run", "same.yaml", "--output", "same").status == 0)
            #expect(try run.result("grown") == run.result("same"))
            #expect(try run.program("run", "run.yaml", "--output", "other").status == 0)
            #expect(try run.result("grown") != run.result("other"))
            let again = try run.program("run", "run.yaml", "--output", "grown")
            #expect(again.status == 0 && !again.errors.contains("shards keep"), "\(again.errors)")
        }
    }

    @Test("killed at random moments and started again, twenty times and more")
    func killed() throws {
        try TinyRun.with { run in
            let began = Date()
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let calm = try run.result("calm")
            let duration = Date().timeIntervalSince(began)
            try KilledHistories(run: run, calm: calm, duration: duration, kills: 20, most: 200, attempts: 5, seed: 1_000).play()
        }
    }
}
