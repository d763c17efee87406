import Kernels

extension FeatureBank {
    /// Makes the bank of a run.
    ///
    /// The sample is the draw's first million raw tokens, of which those that count are counted (or all of a smaller one), whatever the budget, so that the features of an
    /// extended run are those of a fresh one.
    ///
    /// - Parameters:
    ///   - decoded: the text of each token of the vocabulary, decoded lossily; empty where there is no tokenizer, then the bank has
    ///     positions and domains only.
    ///   - counts: how often each token occurs among the sample's counted tokens, `[vocabulary]`.
    ///   - previousCounts: how often each token stands directly before a counted token, `[vocabulary]`; it differs from `counts` where
    ///     tokens are masked. `counts` when nil.
    ///   - specialTokens: tokens that stand for no text (the end of a document); their names are not looked at.
    ///   - embeddingNorms: the Euclidean norm of each token's embedding in the reference model, at least `[vocabulary]`; without it
    ///     there is no "small embedding norm".
    ///   - topics: lists of words beside those of the catalogue, each a token feature.
    ///   - labels: what a tagger says of the corpus; nil where no tagger was asked.
    ///   - domains: the corpus's domains.
    ///   - context: the length of the rows, in tokens.
    ///   - team: the threads; the bank does not depend on them.
    /// - Throws: `ModelError.fewerEmbeddingsThanTokens`.
    public static func build(
        decoded: [String], counts: [Int], previousCounts: [Int]? = nil, specialTokens: Set<Int> = [], embeddingNorms: [Float]? = nil,
        topics: [TopicWords] = [], labels: LabelSample? = nil, domains: [String], context: Int,
        configuration: FeatureConfiguration = FeatureConfiguration(), team: ThreadTeam
    ) throws -> FeatureBank {
        precondition(counts.count == decoded.count, "a count for each token")
        precondition(previousCounts.map { $0.count == decoded.count } != false, "a count for each token")
        let texts = decoded.enumerated().map { TokenText($0.element, isSpecial: specialTokens.contains($0.offset)) }
        var features = FeatureCatalogue.tokenFeatures + topics.map(\.feature)
        features += VocabularyFeatures.unigrams(texts: texts, counts: counts, configuration: configuration)
        var candidates = try FeatureCandidate.evaluate(features, texts: texts, team: team)
        if let norms = embeddingNorms {
            guard norms.count >= decoded.count else {
                throw ModelError.fewerEmbeddingsThanTokens(embeddings: norms.count, tokens: decoded.count)
            }
            candidates.append(
                VocabularyFeatures.shortEmbeddings(norms: norms.prefix(decoded.count), quantile: configuration.smallNormQuantile))
        }
        let token = FeatureTable.build(candidates, counts: counts)
        let previous =
            configuration.coversPreviousToken
            ? FeatureTable.build(candidates, counts: previousCounts ?? counts) : .empty(vocabularySize: decoded.count)
        return FeatureBank(
            token: token, previous: previous, positions: configuration.coversPositions ? PositionBand.bands(context: context) : [],
            domains: domains, labels: labels.map { FeatureTable.build($0.candidates, counts: $0.counts) }, context: context)
    }
}
