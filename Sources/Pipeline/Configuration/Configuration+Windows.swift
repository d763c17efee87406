extension Configuration {
    /// Rows of a window of the draw: of a shard, or of one shard a domain where domains are strata.
    ///
    /// `auto` gives every replicate at least two shards of the first budget, and keeps a shard's partial small against its computation:
    /// 65,536 tokens of five GPT-2 small are 800 TFLOP and 12 GB. Budgets above 2,048 such shards have larger ones, so that what every
    /// section remembers of every shard stays small beside the sections themselves.
    ///
    /// - Parameters:
    ///   - context: tokens of a row.
    ///   - corpusRows: rows of the whole corpus.
    func windowRows(context: Int, corpusRows: Int) -> Int {
        switch shard {
        case .automatic:
            let corpusTokens = corpusRows * context
            let budget: Int
            switch tokens {
            case .all: budget = corpusTokens
            case .tokens(let count): budget = min(count, corpusTokens)
            }
            return max(1, min(Self.automaticTokens(of: budget), budget / (2 * replicates)) / context)
        case .tokens(let count): return max(1, count / context)
        }
    }

    /// Windows of the draw that the budget takes: it is rounded up to whole ones, of which the corpus's last may be shorter.
    ///
    /// - Parameters:
    ///   - windowRows: rows of a window.
    ///   - context: tokens of a row.
    ///   - corpusRows: rows of the whole corpus.
    func windows(windowRows: Int, context: Int, corpusRows: Int) -> Int {
        let all = (corpusRows + windowRows - 1) / windowRows
        switch tokens {
        case .all: return all
        case .tokens(let count):
            let windowTokens = windowRows * context
            return min(all, max(1, (count + windowTokens - 1) / windowTokens))
        }
    }

    /// Tokens that a shard of a first budget has, whatever its replicates: doubled until there are few enough. Above 2^20 they are not:
    /// then a sum of standardised columns need no longer fit 32 bits, as the memory of a worker is counted by, and a task takes hours.
    private static func automaticTokens(of budget: Int) -> Int {
        var tokens = 65_536
        while tokens < 1 << 20, budget > 2_048 * tokens { tokens *= 2 }
        return tokens
    }
}
