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

    /// A job that lists the features of a configuration.
    public init(configuration: Configuration, folder: FilePath, context: JobContext) {
        self.configuration = configuration
        self.folder = folder
        self.context = context
    }

    /// Builds the feature bank as the planner does.
    ///
    /// - Returns: the columns in order; none where features are switched off.
    /// - Throws: `PipelineError.everythingMasked`; `CorpusError.unknownMaskToken`; errors of the corpus, the tokenizer and the reference model;
    ///   `PipelineError.stopped`.
    public func run() throws -> [ListedFeature] {
        let tokenize = TokenizeCorpus(configuration: configuration.corpus, folder: folder, context: context)
        guard configuration.features.isEnabled else { return [] }
        let tokenizer = try configuration.corpus.loadTokenizer(in: context.hubCache)
        let corpus = try tokenize.run(tokenizer: tokenizer)
        let mask = try configuration.mask(of: corpus, tokenizer: tokenizer)
        let models = configuration.models.compactMap { model in
            try? ModelFolder.configuration(of: model.folder(in: context.hubCache, content: .configuration))
        }
        // One that is not here may have any token.
        if models.count == configuration.models.count { try mask.check(against: models) }
        let labels = try configuration.corpus.loadLabels(of: corpus, context: context)
        let sample = try FeatureSample(
            of: corpus, labels: labels, draw: Draw(seed: configuration.corpus.seed, rows: corpus.rowCount),
            isCounted: mask.countedTable(vocabularySize: corpus.vocabularySize), stop: context.stop)
        let bank = try FeatureBank.build(
            of: corpus, sample: sample, labels: labels, tokenizer: tokenizer,
            reference: ModelFolder(configuration.reference.folder(in: context.hubCache)), settings: configuration.features,
            team: context.team)
        try bank.warnOfTopicsWithoutFeature(in: configuration.features, logger: context.logger)
        let decoded = tokenizer.map { tokenizer in (0..<corpus.vocabularySize).map(tokenizer.decodedToken) } ?? []
        let descriptions = bank.descriptions(
            decoded: decoded, counts: tokenizer == nil ? [] : sample.counts,
            previousCounts: tokenizer == nil ? nil : sample.previousCounts)
        let firstPosition = bank.token.columns.count + bank.previous.columns.count
        let firstLabel = firstPosition + bank.positions.count + bank.domains.count
        return descriptions.enumerated().map { index, description in
            let place = index - firstPosition
            let occurrences: Int
            if bank.positions.indices.contains(place) {
                occurrences = sample.positionCounts[bank.positions[place].first..<bank.positions[place].end].reduce(0, +)
            } else if let labels = bank.labels, index >= firstLabel {
                occurrences = labels.tokens(with: index - firstLabel).reduce(0) { $0 + sample.labelCounts[$1] }
            } else if place >= 0 {
                occurrences = sample.domainCounts[place - bank.positions.count]
            } else {
                // A share is a quotient of two whole numbers below 2^53: this gives the first of them back.
                let total = index < bank.token.columns.count ? sample.counts : sample.previousCounts
                occurrences = Int(((description.share ?? 0) * Double(total.reduce(0, +))).rounded())
            }
            return ListedFeature(description, occurrences: occurrences, of: sample.total)
        }
    }
}
