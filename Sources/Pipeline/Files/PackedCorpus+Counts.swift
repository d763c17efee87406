import Corpus

extension PackedCorpus {
    /// How often each token occurs, over all rows; the one that every row is begun with is no text.
    ///
    /// - Parameter check: asked again and again; what it throws ends the work.
    func tokenCounts(check: () throws -> Void) throws -> [Int] {
        defer { forgetPages() }
        var counts = [Int](repeating: 0, count: vocabularySize)
        let first = beginningOfRow == nil ? 0 : 1
        for row in 0..<rowCount {
            if row % 1_024 == 0 {
                try check()
                forgetPages()
            }
            for token in tokens(ofRow: row).dropFirst(first) { counts[Int(token)] += 1 }
        }
        return counts
    }
}
