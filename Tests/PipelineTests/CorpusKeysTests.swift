import Corpus
import Foundation
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The members of lines in a configuration, and the draw in a plan")
struct CorpusKeysTests {
    @Test("text and domain are ways to members of a line, and stay in the plan")
    func fields() throws {
        let configuration = try ConfigurationFixture.replacing("context: 256", "context: 256\n  text: content\n  domain: meta.source")
        #expect(configuration.corpus.fields == DocumentFields(text: ["content"], domain: ["meta", "source"]))
        let read = try JSONDecoder().decode(CorpusConfiguration.self, from: JSONEncoder().encode(configuration.corpus))
        #expect(read == configuration.corpus)
        let plain = try ConfigurationFixture.parse(ConfigurationFixture.text).corpus
        #expect(plain.fields == .pile)
        #expect(try JSONDecoder().decode(CorpusConfiguration.self, from: JSONEncoder().encode(plain)) == plain)
        // Plans from before these keys are the same bytes.
        #expect(String(decoding: try JSONEncoder().encode(plain), as: UTF8.self).contains("\"domain\"") == false)
    }

    @Test(
        "what is no way, and two that lie within each other, are refused at their line",
        arguments: [
            ("text: a..b", 6, "corpus.text"), ("domain: .a", 6, "corpus.domain"), ("domain: text", 6, "corpus.domain"),
            ("text: meta", 6, "corpus.text"), ("text: meta.pile_set_name", 6, "corpus.text"), ("domain: text.x", 6, "corpus.domain"),
        ])
    func refused(line: String, number: Int, key: String) {
        let error = ConfigurationFixture.error { try ConfigurationFixture.replacing("context: 256", "context: 256\n  \(line)") }
        guard case .invalidValue(ConfigurationFixture.file, number, key, _, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("an archive of token ids needs neither tokenizer nor context, and has no members")
    func archive() throws {
        let text = "corpus: {path: rows.npz, mask: []}\ntokens: all\nmodels: [{id: a, path: a}, {id: b, path: b}]\n"
        let corpus = try ConfigurationFixture.parse(text).corpus
        #expect(corpus.isTokenArray && corpus.tokenizer == nil && corpus.context == nil)
        let error = ConfigurationFixture.error {
            try ConfigurationFixture.parse(text.replacing("mask: []", with: "mask: [], text: content"))
        }
        guard case .invalidValue(_, 1, "corpus.text", "content", _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("the draw follows from the plan's file alone: its seed, and the numbers of rows and of rows in a window")
    func draw() throws {
        let folder = try PlantedFolder { $0.corpus.seed = 77 }
        let planned = try folder.plan()
        let computed = planned.plan.shards(of: planned.corpus)
        #expect(computed.count == 4 && computed.allSatisfy { $0.rowCount == 16 })
        // The file, without whatever lies beside it.
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.run.plan.string))
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let corpus = try #require((json["numbers"] as? [String: Any])?["corpus"] as? [String: Any])
        let seed = try #require(corpus["seed"] as? Int)
        let rows = try #require(corpus["rows"] as? Int)
        let window = try #require(corpus["windowRows"] as? Int)
        let windows = try #require(json["windows"] as? Int)
        #expect(seed == 77 && rows == 64)
        let draw = Draw(seed: UInt64(seed), rows: rows)
        let drawn = (0..<windows).map { place in (place * window..<min((place + 1) * window, rows)).map { draw.row(at: $0) } }
        #expect(drawn.map { $0.sorted() } == computed.map { $0.rows { _ in 0 }.sorted() })
        #expect(drawn.joined().sorted() == Array(0..<64) && Array(drawn.joined()) != Array(0..<64))
        let moved = folder.path.appending("elsewhere.json")
        try FileManager.default.copyItem(atPath: folder.run.plan.string, toPath: moved.string)
        try FileManager.default.removeItem(atPath: folder.run.path.string)
        let alone = try RunPlan.read(moved)
        #expect(alone.shards { _ in 0 } == computed)
        #expect(try PlantedFolder { $0.corpus.seed = 78 }.plan().plan.shards { _ in 0 } != computed)
    }
}
