import Checkpoints
import Corpus
import Models
import SystemPackage

/// Lists the features that a run of a configuration would have, with how often each occurs.
public struct ListFeatures {
    /// Names corpus, tokenizer, mask and reference model.
    public let configuration: Configuration
    /// Where the corpus is packed.
    public let folder: FilePath
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    public init(configuration: Configuration, folder: FilePath, context: JobContext) {
        self.configuration = configuration
        self.folder = folder
        self.context = context
    }

    /// Builds the feature bank as the planner does.
    ///
    /// - Returns: the columns in order; none where features are switched off or there is no tokenizer.
    /// - Throws: errors of the corpus, the tokenizer and the reference model; `PipelineError.stopped`.
    public func run() throws -> [FeatureDescription] {
        let tokenize = TokenizeCorpus(configuration: configuration.corpus, folder: folder, context: context)
        guard configuration.features.isEnabled, let tokenizer = try configuration.corpus.loadTokenizer() else { return [] }
        let corpus = try tokenize.run(tokenizer: tokenizer)
        let mask = try TokenMask(
            configuration.corpus.mask.map(\.description), beginningOfRow: corpus.beginningOfRow, tokenizer: tokenizer)
        let sample = FeatureSample(
            of: corpus, draw: Draw(seed: configuration.corpus.seed, rows: corpus.rowCount),
            isCounted: mask.countedTable(vocabularySize: corpus.vocabularySize))
        let bank = try FeatureBank.build(
            of: corpus, sample: sample, tokenizer: tokenizer, reference: ModelFolder(configuration.reference.path),
            settings: configuration.features, team: context.team)
        let decoded = (0..<corpus.vocabularySize).map(tokenizer.decodedToken)
        return bank.descriptions(decoded: decoded, counts: sample.counts, previousCounts: sample.previousCounts)
    }
}
