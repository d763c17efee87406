import Corpus
import Statistics

/// How often tokens, positions and domains occur at the beginning of the draw: what the feature bank chooses its features by.
struct FeatureSample {
    /// The sample is the draw's first million raw tokens whatever the budget, so that an extended run has the features of a fresh one.
    static let tokens = 1_000_000

    /// Occurrences among counted tokens, `[vocabulary]`.
    private(set) var counts: [Int]
    /// Occurrences directly before a counted token, `[vocabulary]`.
    private(set) var previousCounts: [Int]
    /// Counted tokens at each position of a row, `[context]`.
    private(set) var positionCounts: [Int]
    /// Counted tokens of each domain, `[domains]`.
    private(set) var domainCounts: [Int]

    /// Counted tokens with each combination of a tagger's labels, `[combinations]`; none where no tagger was asked.
    private(set) var labelCounts: [Int]

    /// Counted tokens in all.
    var total: Int { domainCounts.reduce(0, +) }

    /// Counts over the beginning of a draw.
    ///
    /// - Parameters:
    ///   - labels: what a tagger says of the corpus, checked against it; nil where no tagger was asked.
    ///   - stop: looked at before each row.
    /// - Throws: `PipelineError.stopped`.
    init(of corpus: PackedCorpus, labels: LabelFile?, draw: Draw, isCounted: [Bool], stop: StopRequest) throws {
        counts = Array(repeating: 0, count: isCounted.count)
        previousCounts = counts
        positionCounts = Array(repeating: 0, count: corpus.context)
        domainCounts = Array(repeating: 0, count: corpus.domains.count)
        labelCounts = Array(repeating: 0, count: labels?.combinations ?? 0)
        let rows = min(corpus.rowCount, (Self.tokens + corpus.context - 1) / corpus.context)
        func forgetPages() {
            corpus.forgetPages()
            labels?.rows.forgetPages()
        }
        defer { forgetPages() }
        for position in 0..<rows {
            try stop.check()
            if position % PackedCorpus.rowsAtOnce == 0 { forgetPages() }
            let row = draw.row(at: position)
            let tokens = corpus.tokens(ofRow: row)
            let domain = corpus.domain(ofRow: row)
            let combinations = labels?.rows.labels(ofRow: row)
            for (index, token) in tokens.enumerated() where isCounted[Int(token)] {
                counts[Int(token)] += 1
                positionCounts[index] += 1
                domainCounts[domain] += 1
                if let combinations { labelCounts[Int(combinations[index])] += 1 }
                if index > 0 { previousCounts[Int(tokens[index - 1])] += 1 }
            }
        }
    }
}
