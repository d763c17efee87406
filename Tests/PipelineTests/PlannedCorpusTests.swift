import Storage
import Testing

@testable import Pipeline

@Suite("The corpus as a plan knows it")
struct PlannedCorpusTests {
    private func corpus(rows: Int, windowRows: Int, domains: Int = 1, separatesDomains: Bool = false) -> PlannedCorpus {
        PlannedCorpus(
            digest: Digest(of: "rows"), rows: rows, context: 16, vocabulary: 64, domains: (0..<domains).map { "d\($0)" }, mask: [], seed: 1,
            windowRows: windowRows, replicates: 2, separatesDomains: separatesDomains)
    }

    @Test("tells how many tokens a shard has at most: those of its window, of which the last may be short, and none outside the corpus")
    func tokens() {
        let plain = corpus(rows: 22, windowRows: 8)
        #expect(plain.shards == 3)
        #expect((-1...3).map(plain.tokens) == [0, 128, 128, 96, 0])
        #expect([Int.min, .max].map(plain.tokens) == [0, 0])
        // Of a window each domain may have all rows.
        let separate = corpus(rows: 22, windowRows: 8, domains: 2, separatesDomains: true)
        #expect(separate.shards == 6)
        #expect((0...6).map(separate.tokens) == [128, 128, 128, 128, 96, 96, 0])
        #expect(corpus(rows: 22, windowRows: 8, domains: 2).shards == 3)
        #expect(corpus(rows: TokenCount.limit, windowRows: 1, domains: 65_536, separatesDomains: true).shards == .max)
    }
}
