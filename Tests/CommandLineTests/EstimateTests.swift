import Foundation
import Pipeline
import SmallRuns
import Testing

@testable import universal_neurons

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
                let words = ["worker memory", "reducer memory", "reducer disk", "sent", "missing", "assumed", "block groups", "repeated"]
                for word in words {
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

    @Test("has, as a plan has, what is repeated of the forward passes for further block groups")
    func repeated() throws {
        try TinyRun.with { run in
            let estimate = try run.program("plan", "run.yaml", "--gigaflops", "50", "--memory", "1G", "--json").json?["estimate"]
            let worker = ((estimate as? [String: Any])?["workers"] as? [[String: Any]])?.first?["cost"] as? [String: Any]
            #expect(worker?["repeated_operations"] as? Double == 0)
            let json = try #require(try run.program("plan", "run.yaml", "--output", "out", "--json").json)
            var plan = try #require(json["plan"] as? [String: Any])
            var cost = try #require(json["cost"] as? [String: Any])
            #expect(cost["repeated_operations"] as? Double == 0)
            func text() throws -> String {
                func read<Value: Decodable>(_ object: [String: Any], as type: Value.Type) throws -> Value {
                    let decoder = JSONDecoder()
                    decoder.keyDecodingStrategy = .convertFromSnakeCase
                    return try decoder.decode(type, from: JSONSerialization.data(withJSONObject: object))
                }
                return PlanReport(plan: try read(plan, as: PlanInspection.self), cost: try read(cost, as: PlanCost.self)).text
            }
            #expect(try !text().contains("repeated"))
            plan["block_groups"] = 3
            (cost["forward_operations"], cost["repeated_operations"]) = (8e12, 2e12)
            (cost["product_operations"], cost["analysis_operations"]) = (10e12, 2e12)
            #expect(try text().contains(/\nforward passes +8 TFLOP, 25 % of it repeated for 3 block groups, 10 % of all work\n/))
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
