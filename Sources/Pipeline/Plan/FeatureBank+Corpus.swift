import Checkpoints
import Corpus
import Kernels
import Models

extension FeatureBank {
    /// The bank of a run: every feature of its vocabulary, positions and domains; without a tokenizer, which alone knows what a token says,
    /// positions and domains.
    ///
    /// - Throws: `CheckpointError` when the reference's embeddings cannot be read, `ModelError`.
    static func build(
        of corpus: PackedCorpus, sample: FeatureSample, tokenizer: Tokenizer?, reference: ModelFolder?, settings: FeatureSettings,
        team: ThreadTeam
    ) throws -> FeatureBank {
        let configuration = FeatureConfiguration(unigramShare: settings.unigramShare)
        guard let tokenizer else {
            return try build(
                decoded: [], counts: [], domains: corpus.domains, context: corpus.context, configuration: configuration, team: team)
        }
        return try build(
            decoded: (0..<corpus.vocabularySize).map(tokenizer.decodedToken), counts: sample.counts, previousCounts: sample.previousCounts,
            specialTokens: [Int(tokenizer.endOfText)], embeddingNorms: try reference?.embeddingNorms(), domains: corpus.domains,
            context: corpus.context, configuration: configuration, team: team)
    }
}
