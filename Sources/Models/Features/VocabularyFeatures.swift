/// The candidates that depend on the vocabulary as a whole and on the corpus.
enum VocabularyFeatures {
    /// A feature for each frequent string: the token, lower-cased and stripped, is that string (paper, section 4).
    ///
    /// Traps: tokens that are blank, or that are parts of characters, would fall together under "" and "\u{FFFD}", though they have
    /// nothing in common that one string could say; they make no unigram. Frequency is a share of the sample, so that the features do
    /// not depend on the token budget.
    ///
    /// - Parameters:
    ///   - texts: the tokens of the vocabulary.
    ///   - counts: how often each token occurs in the sample, `[vocabulary]`.
    static func unigrams(texts: [TokenText], counts: [Int], configuration: FeatureConfiguration) -> [TokenFeature] {
        var variants: [[Unicode.Scalar]: (tokens: Int, occurrences: Int)] = [:]
        var total = 0
        for (text, count) in zip(texts, counts) {
            total += count
            guard !text.lowered.isEmpty, !text.kinds.contains(.replacement) else { continue }
            variants[text.lowered, default: (0, 0)].tokens += 1
            variants[text.lowered, default: (0, 0)].occurrences += count
        }
        let threshold = configuration.unigramShare * Double(total)
        let frequent = variants.filter { $0.value.tokens > configuration.unigramVariants && Double($0.value.occurrences) > threshold }
        let strings = frequent.keys.sorted { $0.lexicographicallyPrecedes($1) }
        return strings.map { string in
            TokenFeature("unigram \(String(String.UnicodeScalarView(string)))", .unigram) { $0.lowered == string }
        }
    }

    /// Tokens whose embedding is short, which are those that training hardly met.
    ///
    /// Trap: the authors cut at a norm of 0.52 of processed weights, which fits one model; here a quantile of the vocabulary.
    ///
    /// - Parameters:
    ///   - norms: the Euclidean norm of each token's embedding in the reference model, at least `[vocabulary]` (padding behind it is
    ///     ignored).
    ///   - quantile: the share of the vocabulary that counts as short.
    static func shortEmbeddings(norms: ArraySlice<Float>, quantile: Double) -> FeatureCandidate {
        let sorted = norms.sorted()
        let rank = Int((quantile * Double(sorted.count)).rounded(.down))
        var tokens = TokenSet(vocabularySize: norms.count)
        for (token, norm) in norms.enumerated() where rank >= sorted.count || norm < sorted[rank] { tokens.insert(token) }
        return FeatureCandidate(name: "small embedding norm", family: .semantic, tokens: tokens)
    }
}
