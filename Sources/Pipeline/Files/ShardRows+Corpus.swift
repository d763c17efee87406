import Corpus
import Statistics

extension ShardRows {
    /// Reads rows of a packed corpus.
    init(rows: [Int], of corpus: PackedCorpus) {
        self.init(
            context: corpus.context, indices: rows, domains: rows.map { corpus.domain(ofRow: $0) },
            tokens: [Int32](unsafeUninitializedCapacity: rows.count * corpus.context) { buffer, count in
                count = rows.count * corpus.context
                guard let base = buffer.baseAddress else { return }
                for (place, row) in rows.enumerated() { corpus.tokens(ofRow: row, into: base + place * corpus.context) }
            })
        corpus.forgetPages()
    }
}
