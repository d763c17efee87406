import Foundation
import SmallRuns
import Testing

@Suite("The attention command")
struct AttentionCommandTests {
    @Test("measures the paths with the largest scores of a planned run, as text and as JSON, and refuses what there is not")
    func demo() throws {
        try DemoRun.with { demo in
            let run = demo.path("OUT")
            let planned = try BuiltProgram.run(["plan", try demo.configure(), "--output", run])
            try #require(planned.status == 0, "\(planned.errors)")
            let found = try BuiltProgram.run(["attention", run, "--tokens", "10k", "--top", "2", "--json"])
            try #require(found.status == 0, "\(found.errors)")
            let result = try #require(try JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [String: Any])
            #expect(result["rows"] as? Int == 64 && result["context"] as? Int == 256 && result["first"] as? Int == 64)
            let paths = try #require(result["paths"] as? [[String: Any]])
            #expect(paths.count == 2 && paths.allSatisfy { $0["samples"] as? Int == 64 * 192 && $0["attention_change"] != nil })
            let text = try BuiltProgram.run(["attention", run, "--tokens", "10k", "--top", "2"])
            #expect(text.status == 0 && text.output.hasPrefix("neuron") && text.output.contains("64 rows of 256 tokens"))
            let last = try BuiltProgram.run(["attention", run, "--neurons", "3.0"])
            #expect(last.status == 64 && last.errors.contains("neuron 3.0 writes nothing that a head reads"))
            let many = try BuiltProgram.run(["attention", run, "--tokens", "10M"])
            #expect(many.status == 65 && many.errors.contains("fewer than the 10000000 tokens"), "\(many.errors)")
            let unknown = try BuiltProgram.run(["attention", run, "--head", "1.99"])
            #expect(unknown.status == 64 && unknown.errors.contains("model a has no head 1.99"))
        }
    }

    @Test(
        "names that are none are refused at once",
        arguments: [["--neurons", "3"], ["--neurons", "0.1,"], ["--head", "x.1"], ["--top", "0"]])
    func names(options: [String]) throws {
        #expect(try BuiltProgram.run(["attention", "nowhere"] + options).status == 64)
    }
}
