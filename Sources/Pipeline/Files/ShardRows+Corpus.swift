import Corpus
import Statistics

extension ShardRows {
    /// Reads rows of a packed corpus.
    ///
    /// - Parameter labels: what a tagger says of the corpus; nil where no tagger was asked.
    init(rows: [Int], of corpus: PackedCorpus, labels: LabelRows? = nil) {
        func numbers(_ copy: (_ row: Int, _ target: UnsafeMutablePointer<Int32>) -> Void, forget: () -> Void) -> [Int32] {
            [Int32](unsafeUninitializedCapacity: rows.count * corpus.context) { buffer, count in
                count = rows.count * corpus.context
                guard let base = buffer.baseAddress else { return }
                for (place, row) in rows.enumerated() {
                    if place % PackedCorpus.rowsAtOnce == 0 { forget() }
                    copy(row, base + place * corpus.context)
                }
            }
        }
        self.init(
            context: corpus.context, indices: rows, domains: rows.map { corpus.domain(ofRow: $0) },
            tokens: numbers({ corpus.tokens(ofRow: $0, into: $1) }, forget: corpus.forgetPages),
            labels: labels.map { labels in numbers({ labels.labels(ofRow: $0, into: $1) }, forget: labels.forgetPages) })
        corpus.forgetPages()
        labels?.forgetPages()
    }
}
