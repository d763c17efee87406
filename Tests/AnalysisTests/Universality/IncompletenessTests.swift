import Analysis
import Foundation
import Testing

@Suite("What an incomplete run does without")
struct IncompletenessTests {
    private typealias Span = Incompleteness.Span

    @Test("is nothing where every block has every shard")
    func complete() {
        #expect(Incompleteness(shards: [0, 1], lacking: [[], []], tokens: [4, 4]) == nil)
    }

    @Test("is told by blocks that lack the same shards, in the plan's numbers, which may leave some out")
    func gaps() throws {
        // Of shard 4 there are no rows: 3 and 5 follow one another.
        let found = try #require(
            Incompleteness(
                shards: [0, 1, 2, 3, 5, 6], lacking: [[3..<5], [3..<5], [], [0..<1, 3..<5], [0..<1, 3..<5], [5..<6]],
                tokens: [40, 40, 60, 30, 30, 50]))
        #expect(
            found.missing == [
                .init(blocks: Span(0, 1), shards: [Span(3, 5)]), .init(blocks: Span(3, 4), shards: [Span(0, 0), Span(3, 5)]),
                .init(blocks: Span(5, 5), shards: [Span(6, 6)]),
            ])
        #expect(found.shardsPlanned == 6 && found.shardsComplete == 2 && found.blocks == 6)
        #expect(found.leastTokens == 30 && found.mostTokens == 60)
        #expect(
            (0..<6).map(found.shards(missingIn:)) == [
                [Span(3, 5)], [Span(3, 5)], [], [Span(0, 0), Span(3, 5)], [Span(0, 0), Span(3, 5)], [Span(6, 6)],
            ])
        #expect(
            found.sentence
                == "4 of 6 shards are missing in some blocks (shards 3 to 5 in blocks 0 to 1; shards 0, 3 to 5 in blocks 3 to 4; shard 6 in block 5); "
                + "what is there counts 30 to 60 tokens a block")
        #expect(found.notice == "This run is not complete: \(found.sentence).")
    }

    @Test("is told in short where a shard is missing everywhere")
    func everywhere() throws {
        let found = try #require(Incompleteness(shards: [0, 1, 2], lacking: [[1..<2], [1..<2]], tokens: [20, 20]))
        #expect(found.sentence == "1 of 3 shards is missing (shard 1 in all blocks); what is there counts 20 tokens")
    }

    @Test("is read as it was written, by names with underscores")
    func coded() throws {
        let found = try #require(Incompleteness(shards: [0, 1, 2], lacking: [[1..<3], []], tokens: [20, 40]))
        let json = try JSONEncoder().encode(found)
        #expect(try JSONDecoder().decode(Incompleteness.self, from: json) == found)
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(Set(object.keys) == ["shards_planned", "shards_complete", "blocks", "missing", "least_tokens", "most_tokens"])
    }
}
