extension FeatureTable {
    /// Chooses the columns among the candidates.
    ///
    /// Left out are features that are constant over the sample (a column without variance explains nothing), and all but one of those
    /// that hold for the same tokens of the vocabulary: the most specific one stays (alphabet, then unigram, then semantic; the first in
    /// the list among equals), with the names of the others as aliases.
    ///
    /// - Parameters:
    ///   - candidates: the result's columns keep their order.
    ///   - counts: how often each token occurs in the sample, `[vocabulary]`; where all are 0 each token counts once.
    static func build(_ candidates: [FeatureCandidate], counts: [Int]) -> FeatureTable {
        let weights = counts.contains { $0 > 0 } ? counts : Array(repeating: 1, count: counts.count)
        let total = weights.reduce(0, +)
        var keepers: [TokenSet: Int] = [:]
        var aliases: [[String]] = Array(repeating: [], count: candidates.count)
        for (index, candidate) in candidates.enumerated() {
            let occurrences = candidate.tokens.weight(weights)
            guard occurrences > 0, occurrences < total else { continue }
            guard let keeper = keepers[candidate.tokens] else {
                keepers[candidate.tokens] = index
                continue
            }
            if candidate.family.specificity > candidates[keeper].family.specificity {
                aliases[index] = [candidates[keeper].name] + aliases[keeper]
                keepers[candidate.tokens] = index
            } else {
                aliases[keeper].append(candidate.name)
            }
        }
        let kept = keepers.values.sorted()
        let width = bytes(for: kept.count)
        var bits = [UInt8](repeating: 0, count: counts.count * width)
        for (column, index) in kept.enumerated() {
            for token in candidates[index].tokens.members { bits[token * width + column / 8] |= 1 << UInt8(column % 8) }
        }
        return FeatureTable(
            vocabularySize: counts.count,
            columns: kept.map { FeatureColumn(name: candidates[$0].name, family: candidates[$0].family, aliases: aliases[$0]) },
            bits: bits)
    }
}
