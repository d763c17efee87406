import Foundation
import SmallRuns
import Testing

@Suite("The tokenizer of the report")
struct ReportTokenizerTests {
    private static let tokenizer = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/Corpus/variants/end-of-text/tokenizer.json")

    @Test("is the one that the tokens were made with, or none: ids are never shown as another text")
    func changed() throws {
        try TinyRun.with { run in
            for (index, id) in ["a", "b", "c"].enumerated() {
                try TinyModel(vocabulary: 600, seed: UInt64(index)).write(to: run.folder.appendingPathComponent(id))
            }
            try FileManager.default.createDirectory(atPath: run.path("words"), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Self.tokenizer.path, toPath: run.path("words/tokenizer.json"))
            // A tiny run's ids are those of letters and signs; the mask is of ids.
            try run.rewrite("run.yaml", "mask: [3, 5]", "mask: [3, 5], tokenizer: words, special_tokens: true")
            let outcome = try run.program("run", "run.yaml", "--output", "out")
            #expect(outcome.status == 0, "\(outcome.errors)")
            func report() throws -> String { try String(contentsOfFile: run.path("out/report.html"), encoding: .utf8) }
            func analysed() throws -> String {
                let outcome = try run.program("analyze", "out")
                #expect(outcome.status == 0, "\(outcome.errors)")
                return try report()
            }
            let notice = "examples show token ids"
            #expect(try !report().contains(notice))
            let shown = try run.program("inspect", "out", "--neuron", "0.1", "--json").output

            // Two tokens are exchanged: every length and every size is what it was.
            let right = try String(contentsOf: Self.tokenizer, encoding: .utf8)
            let edited = right.replacingOccurrences(of: "\"%\":5,\"&\":6", with: "\"%\":6,\"&\":5")
            try #require(edited != right)
            try Data(edited.utf8).write(to: URL(fileURLWithPath: run.path("words/tokenizer.json")))
            let other = try analysed()
            #expect(other.contains(notice) && other.contains("The tokenizer in words is not the one that the tokens were made with"))
            #expect(try run.program("inspect", "out", "--neuron", "0.1", "--json").output != shown)

            try FileManager.default.removeItem(atPath: run.path("words"))
            #expect(try analysed().contains("The tokenizer could not be read from words: \(notice)"))

            try FileManager.default.createDirectory(atPath: run.path("words"), withIntermediateDirectories: true)
            try Data(right.utf8).write(to: URL(fileURLWithPath: run.path("words/tokenizer.json")))
            #expect(try !analysed().contains(notice))
            #expect(try run.program("inspect", "out", "--neuron", "0.1", "--json").output == shown)
        }
    }
}
