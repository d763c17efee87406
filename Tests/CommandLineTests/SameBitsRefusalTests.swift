import Foundation
import Testing

@Suite("Inputs that are wrong", .serialized)
struct SameBitsRefusalTests {
    @Test("are refused with one message and a remedy, and nothing half-written stays", arguments: TinyFault.all)
    func refused(fault: TinyFault) throws {
        try TinyRun.with { run in
            try fault.make(run)
            let outcome = try run.program("run", "run.yaml", "--output", "out", "--json")
            #expect(outcome.status == fault.status)
            let error = try #require(outcome.jsonError, "\(outcome.output) \(outcome.errors)")
            let message = try #require(error["message"] as? String)
            for text in fault.mentions { #expect(message.contains(text), "\(message)") }
            #expect((error["remedy"] as? String)?.isEmpty == false)
            #expect(error["status"] as? Int32 == fault.status)
            #expect(run.files(in: "out", ".part").isEmpty)
            for name in ["plan.json", "summary.json", "neurons.csv"] {
                #expect(!FileManager.default.fileExists(atPath: run.path("out/\(name)")))
            }
        }
    }

    @Test("an output folder that cannot be made is refused before anything is computed")
    func output() throws {
        try TinyRun.with { run in
            // A path below a file fails for root too.
            let outcome = try run.program("run", "run.yaml", "--output", "tokens.npy/out")
            #expect(outcome.status == 73)
            #expect(outcome.errors.contains("tokens.npy/out cannot be created"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("correlating"))
        }
    }

    @Test("a run that exists is not continued with another configuration or a smaller budget")
    func otherRun() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let calm = try run.result("out")
            try run.rewrite("run.yaml", "mask: [3, 5]", "mask: [3, 5], seed: 5")
            let other = try run.program("run", "run.yaml", "--output", "out")
            #expect(other.status == 78)
            #expect(other.errors.contains("corpus.seed: 0 → 5"), "\(other.errors)")
            try run.configure()
            let smaller = try run.program("run", "run.yaml", "--output", "out", "--tokens", "100")
            #expect(smaller.status == 78)
            #expect(smaller.errors.contains("6400") && smaller.errors.contains("100"), "\(smaller.errors)")
            #expect(try run.result("out") == calm)
        }
    }
}
