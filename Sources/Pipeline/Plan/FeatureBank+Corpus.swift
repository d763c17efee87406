import Checkpoints
import Corpus
import Kernels
import Logging
import Models

extension FeatureBank {
    /// The bank of a run: every feature of its vocabulary, positions, domains and labels; without a tokenizer, which alone knows what a token
    /// says, positions, domains and labels.
    ///
    /// - Parameter labels: what a tagger says of the corpus, which the sample has counted; nil where no tagger was asked.
    /// - Throws: `CheckpointError` when the reference's embeddings cannot be read, `ModelError`, `PipelineError.topicsUnusable`.
    static func build(
        of corpus: PackedCorpus, sample: FeatureSample, labels: LabelFile?, tokenizer: Tokenizer?, reference: ModelFolder?,
        settings: FeatureSettings, team: ThreadTeam
    ) throws -> FeatureBank {
        let labels = labels.map { LabelSample(names: $0.names, table: $0.table, counts: sample.labelCounts) }
        let configuration = FeatureConfiguration(unigramShare: settings.unigramShare)
        guard let tokenizer else {
            return try build(
                decoded: [], counts: [], labels: labels, domains: corpus.domains, context: corpus.context, configuration: configuration,
                team: team)
        }
        return try build(
            decoded: (0..<corpus.vocabularySize).map(tokenizer.decodedToken), counts: sample.counts, previousCounts: sample.previousCounts,
            specialTokens: [Int(tokenizer.endOfText)], embeddingNorms: try reference?.embeddingNorms(),
            topics: try settings.topics.map { try TopicFile.read($0) } ?? [], labels: labels, domains: corpus.domains,
            context: corpus.context, configuration: configuration, team: team)
    }

    /// Says which topics of the settings' file have no feature, as nothing else does.
    ///
    /// - Throws: as ``build(of:sample:labels:tokenizer:reference:settings:team:)``.
    func warnOfTopicsWithoutFeature(in settings: FeatureSettings, logger: Logger) throws {
        guard let file = settings.topics else { return }
        let known = Set((token.columns + previous.columns).flatMap { [$0.name] + $0.aliases })
        for topic in try TopicFile.read(file) where !known.contains(topic.featureName) {
            logger.warning(
                """
                the topic '\(topic.name)' of \(file) has no feature: none of its words is a token of its own, or none that is occurs in the \
                first tokens of the draw
                """)
        }
    }
}
