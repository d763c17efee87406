import Corpus
import Foundation
import SmallRuns
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The comparison of runs over text")
struct CompareSeparatorTests {
    private static let tokenizer = ConfigurationTests.repository.appending("Tests/Fixtures/Corpus/variants/end-of-text")
    /// As the authors' rows are.
    private static let context = 512

    /// An analysed run of two models over documents of random words, in everything but the separator as the authors' were.
    private func analysed(_ separator: Separator, change: (inout CorpusConfiguration) -> Void = { _ in }) throws -> PlantedFolder {
        let folder = try PlantedFolder {
            let path = $0.corpus.path.removingLastComponent().appending("text.jsonl")
            $0.corpus = CorpusConfiguration(path: path, tokenizer: Self.tokenizer, context: Self.context)
            $0.corpus.separator = separator
            change(&$0.corpus)
            $0.shard = .tokens(4 * Self.context)
        }
        var generator = SeededGenerator(seed: 21)
        let words = ["the", "beginning", "of", "a", "world", "and", "that", "second", "line"]
        let lines = (0..<150).map { _ in
            let text = (0..<40).map { _ in words[Int.random(in: 0..<words.count, using: &generator)] }.joined(separator: " ")
            return "{\"text\": \"\(text)\"}\n"
        }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: folder.configuration.corpus.path.string))
        try folder.replaceModels { TinyModel(mlp: 20, vocabulary: 437, positions: Self.context, seed: $0) }
        try folder.compute()
        try folder.analyze()
        return folder
    }

    private func compare(_ first: FilePath, _ second: FilePath) throws -> [ExpectedDifference] {
        try CompareResults(first: first, second: second).run().expected
    }

    private func packing(_ found: [ExpectedDifference]) -> [String] { found.filter { $0.cause == .packing }.map(\.text) }

    @Test("beside a published table a run that keeps a separator, or takes other documents, is said to, and one like the authors' is not")
    func published() throws {
        for (separator, characters, sentences) in [
            (Separator.eot, 50, ["The run keeps <|endoftext|> between documents, which abut in the authors' rows (`separator: none`)."]),
            (.none, 50, []), (.none, 60, ["The run takes documents of more than 60 characters in the place of 50."]),
        ] {
            let folder = try analysed(separator) { $0.minimumCharacters = characters }
            defer { withExtendedLifetime(folder) {} }
            let table = folder.path.appending("published.csv")
            try Data("layer,neuron,max_corr,excess_corr\n0,3,0.9,0.6\n1,4,0.8,0.7\n".utf8).write(to: URL(fileURLWithPath: table.string))
            let found = try compare(folder.run.path, table)
            #expect(packing(found) == sentences, "\(separator), \(characters)")
            #expect(found.map(\.cause).filter { $0 != .packing } == [.selection, .sums, .draw, .rotation], "\(found)")
            // The same the other way round.
            #expect(try compare(table, folder.run.path) == found)
        }
    }

    @Test("two runs of one text with different separators are told so, with both, and two with the same are not")
    func runs() throws {
        let (kept, without) = (try analysed(.eot), try analysed(.none))
        defer { withExtendedLifetime((kept, without)) {} }
        let found = try compare(kept.run.path, without.run.path)
        #expect(found.map(\.cause) == [.plan, .packing, .draw], "\(found)")
        #expect(packing(found) == ["The separators of documents differ: eot and none."])
        #expect(found.first?.text.contains("corpus: other tokens") == true && found.last?.text.contains("drawn apart") == true)
        #expect(packing(try compare(without.run.path, kept.run.path)) == ["The separators of documents differ: none and eot."])
        let other = try analysed(.none) { $0.seed = 1 }
        defer { withExtendedLifetime(other) {} }
        #expect(packing(try compare(without.run.path, other.run.path)).isEmpty)
    }

    @Test("of token ids the key says nothing, and neither does the comparison")
    func tokenIDs() throws {
        func analysed(_ separator: Separator, tokens: TokenBudget) throws -> PlantedFolder {
            let folder = try PlantedFolder {
                $0.corpus.separator = separator
                $0.tokens = tokens
            }
            try folder.compute()
            try folder.analyze()
            return folder
        }
        let (whole, part) = (try analysed(.eot, tokens: .all), try analysed(.none, tokens: .tokens(32 * 32)))
        defer { withExtendedLifetime((whole, part)) {} }
        let found = try compare(whole.run.path, part.run.path)
        #expect(found.map(\.cause) == [.draw], "\(found)")
    }
}
