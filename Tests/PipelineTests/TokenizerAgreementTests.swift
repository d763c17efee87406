import Foundation
import SmallRuns
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Models with tokenizers in their folders")
struct TokenizerAgreementTests {
    private static let tokenizer = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("configs/demo/tokenizer")

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: Self.tokenizer.appending(name).string, encoding: .utf8)
    }

    private func write(_ text: String, _ name: String, of model: String, in folder: PlantedFolder) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path.appending("\(model)/\(name)").string))
    }

    private func agreement(in folder: PlantedFolder, corpus: FilePath? = nil) throws -> TokenizerAgreement {
        try TokenizerAgreement(of: folder.configuration.models.map { ($0, $0.path) }, corpus: corpus)
    }

    @Test("are planned where one of them has none, and where both have the same one in two forms")
    func same() throws {
        let folder = try PlantedFolder()
        try write(text("tokenizer.json"), "tokenizer.json", of: "b", in: folder)
        #expect(try agreement(in: folder, corpus: Self.tokenizer).notices.isEmpty)
        for name in ["vocab.json", "merges.txt"] { try write(text(name), name, of: "a", in: folder) }
        #expect(try agreement(in: folder, corpus: Self.tokenizer).notices.isEmpty)
        #expect(throws: Never.self) { try folder.plan() }
    }

    @Test("are refused where the tokenizers differ, before anything is packed; the estimate says so too")
    func different() throws {
        let folder = try PlantedFolder()
        try write(text("tokenizer.json"), "tokenizer.json", of: "a", in: folder)
        let vocabulary = try text("vocab.json")
        let edited = vocabulary.replacingOccurrences(of: "\"<|endoftext|>\"", with: "\"<|end|>\"")
        try #require(edited != vocabulary)
        try write(edited, "vocab.json", of: "b", in: folder)
        try write(text("merges.txt"), "merges.txt", of: "b", in: folder)
        let error = try #require(throws: PipelineError.self) { try folder.plan() }
        guard case .tokenizersDiffer("a", "b", _, let difference) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(difference.first == "'<|endoftext|>'" && difference.second == "'<|end|>'" && error.exitStatus == .dataError)
        #expect(error.message.contains("models a and b have different tokenizers: \(difference.place) is '<|endoftext|>' for a and"))
        #expect(!folder.holds("corpus") && !folder.holds("plan.json"))
        let estimate = try PlanEstimate(of: folder.configuration, threads: 1, memory: [], gigaflopsOfCore: 1)
        #expect(estimate.missing.contains(error.message))
        // Their order in the configuration does not matter.
        folder.configuration.models.reverse()
        guard case .tokenizersDiffer("b", "a", _, _) = try #require(throws: PipelineError.self, performing: { try folder.plan() }) else {
            Issue.record("the other way round")
            return
        }
    }

    @Test("one that cannot be compared, or is not the corpus's, is told of and stops nothing")
    func notices() throws {
        let folder = try PlantedFolder()
        try write(text("tokenizer.json"), "tokenizer.json", of: "a", in: folder)
        try write("no tokenizer", "tokenizer.json", of: "b", in: folder)
        let notices = try agreement(in: folder).notices
        #expect(notices.count == 1 && notices[0].hasPrefix("the tokenizers of models a and b cannot be compared: "))
        let other = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Fixtures/Corpus/variants/end-of-text")
        let both = try agreement(in: folder, corpus: other).notices
        #expect(both.count == 2 && both.last?.hasPrefix("the corpus's tokenizer is not that of model a: ") == true)
        #expect(throws: Never.self) { try folder.plan() }
    }
}
