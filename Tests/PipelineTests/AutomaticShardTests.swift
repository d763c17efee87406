import Testing

@testable import Pipeline

@Suite("The size of shards that 'auto' chooses")
struct AutomaticShardTests {
    /// A corpus of rows of 512 tokens, and what of it is asked for.
    private static func configuration(tokens: TokenBudget, replicates: Int = 4) -> Configuration {
        var configuration = Configuration(name: "auto", corpus: CorpusConfiguration(path: "corpus"), tokens: tokens, models: [])
        configuration.replicates = replicates
        return configuration
    }

    @Test(
        "is 65,536 tokens up to 2,048 shards, then doubles, and every replicate has two",
        arguments: [
            (100_000, 24, 9), (1_000_000, 128, 16), (100_000_000, 128, 1_526), (134_217_728, 128, 2_048), (134_217_729, 256, 1_025),
            (1_000_000_000, 1_024, 1_908), (2_147_483_648, 2_048, 2_048), (10_000_000_000, 2_048, 9_537),
            (TokenCount.limit, 2_048, 953_674_317),
        ])
    func budgets(tokens: Int, rows: Int, windows: Int) {
        let configuration = Self.configuration(tokens: .tokens(tokens))
        let corpusRows = (tokens + 511) / 512 + 1_000
        let found = configuration.windowRows(context: 512, corpusRows: corpusRows)
        #expect(found == rows)
        #expect(configuration.windows(windowRows: found, context: 512, corpusRows: corpusRows) == windows)
    }

    @Test("follows what the corpus has, not a budget above it, and never a size that is said")
    func corpus() {
        let small = Self.configuration(tokens: .tokens(1_000_000_000))
        #expect(small.windowRows(context: 512, corpusRows: 195_313) == 128)
        var said = small
        said.shard = .tokens(65_536)
        #expect(said.windowRows(context: 512, corpusRows: 1_953_125) == 128)
        // As many replicates as there may be have enough large ones, and small ones where there is little.
        let many = Self.configuration(tokens: .all, replicates: 64)
        #expect(many.windowRows(context: 512, corpusRows: 1_953_125) == 1_024)
        #expect(many.windowRows(context: 512, corpusRows: 1_000) == 7)
    }
}
