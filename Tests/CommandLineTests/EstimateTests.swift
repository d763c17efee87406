import Foundation
import SmallRuns
import Testing

@Suite("plan without an output")
struct EstimateTests {
    @Test("says what a cluster needs for the paper's models, of which only the shapes are there")
    func paper() throws {
        let configs = URL(fileURLWithPath: DemoRun.data).deletingLastPathComponent()
        try TemporaryFolder.with { folder in
            for name in ["gpt2-small", "gpt2-medium", "pythia-160m"] {
                let outcome = try BuiltProgram.run(["plan", configs.appendingPathComponent("\(name).yaml").path], in: folder)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(outcome.output.hasPrefix("ESTIMATE") && outcome.output.contains("this is no plan"))
                #expect(outcome.output.contains(/\nhere +\d+ cores?: .* for the whole run\n/), "\(outcome.output)")
                for word in ["worker memory", "reducer memory", "reducer disk", "sent", "missing", "assumed", "block groups"] {
                    #expect(outcome.output.contains(word), "\(word)")
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test("is an object that says that it is an estimate, at the speed that was given")
    func json() throws {
        try TinyRun.with { run in
            try FileManager.default.removeItem(atPath: run.path("b/model.safetensors"))
            let outcome = try run.program("plan", "run.yaml", "--gigaflops", "50", "--memory", "1G", "--json")
            #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
            let estimate = try #require(outcome.json?["estimate"] as? [String: Any])
            #expect(estimate["is_estimate"] as? Bool == true && estimate["tokens"] as? Int == 6_400 && estimate["shards"] as? Int == 50)
            #expect((estimate["missing"] as? [String])?.count == 1)
            let worker = try #require((estimate["workers"] as? [[String: Any]])?.first)
            #expect(worker["memory"] as? Int == 1 << 30 && (worker["cost"] as? [String: Any])?["gigaflops"] as? Double == 50)
            let speed = outcome.json?["speed"] as? [String: Any]
            #expect(speed?["gigaflops_of_core"] as? Double == 50 && speed?["is_measured"] as? Bool == false)
        }
    }

    @Test("is no plan: with an output the weights must be there, and then the plan has the estimate's figures")
    func output() throws {
        try TinyRun.with { run in
            let weights = run.path("b/model.safetensors")
            try FileManager.default.moveItem(atPath: weights, toPath: run.path("weights"))
            let refused = try run.program("plan", "run.yaml", "--output", "out")
            #expect(refused.status == 66 && refused.errors.contains("model.safetensors"), "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: run.path("out/plan.json")))
            let both = try run.program("plan", "run.yaml", "--output", "out", "--gigaflops", "50")
            #expect(both.status == 64 && both.errors.contains("--gigaflops"))
            let estimate = try run.program("plan", "run.yaml", "--memory", "1G", "--json").json?["estimate"] as? [String: Any]
            try FileManager.default.moveItem(atPath: run.path("weights"), toPath: weights)
            let plan = try run.program("plan", "run.yaml", "--output", "out", "--memory", "1G", "--json")
            #expect(plan.status == 0, "\(plan.errors)")
            let cost = try #require(plan.json?["cost"] as? [String: Any])
            let worker = try #require((estimate?["workers"] as? [[String: Any]])?.first?["cost"] as? [String: Any])
            for key in ["store", "store_on_disk", "partials", "matrices", "matrices_on_disk", "product_operations", "analysis_operations"] {
                #expect(worker[key] as? Double != nil && worker[key] as? Double == cost[key] as? Double, "\(key)")
            }
        }
    }
}
