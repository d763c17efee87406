import Corpus
import Statistics

/// How often tokens occur at the beginning of the draw: what the feature bank chooses its features by.
struct FeatureSample {
    /// The sample is the draw's first million raw tokens whatever the budget, so that an extended run has the features of a fresh one.
    static let tokens = 1_000_000

    /// Occurrences among counted tokens, `[vocabulary]`.
    private(set) var counts: [Int]
    /// Occurrences directly before a counted token, `[vocabulary]`.
    private(set) var previousCounts: [Int]

    init(of corpus: PackedCorpus, draw: Draw, isCounted: [Bool]) {
        counts = Array(repeating: 0, count: isCounted.count)
        previousCounts = counts
        let rows = min(corpus.rowCount, (Self.tokens + corpus.context - 1) / corpus.context)
        for position in 0..<rows {
            let tokens = corpus.tokens(ofRow: draw.row(at: position))
            for (index, token) in tokens.enumerated() where isCounted[Int(token)] {
                counts[Int(token)] += 1
                if index > 0 { previousCounts[Int(tokens[index - 1])] += 1 }
            }
        }
    }
}
