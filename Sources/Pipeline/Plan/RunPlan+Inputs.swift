import Checkpoints
import Corpus
import Models
import Storage

extension RunPlan {
    /// Opens the packed rows of the run and makes sure that they are those that the plan was made with.
    ///
    /// - Parameter hashingRows: whether the rows themselves are compared, for whoever computes with them; otherwise what is recorded of
    ///   them.
    /// - Throws: `PipelineError.corpusChanged`, `.planDamaged`; a `StorageError` when they cannot be read.
    public func openCorpus(in folder: RunFolder, hashingRows: Bool = false) throws -> PackedCorpus {
        let corpus = try PipelineError.readingPlanFile(folder.corpus) { try PackedCorpus.open(folder.corpus, hashingRows: hashingRows) }
        let planned = numbers.corpus
        guard corpus.digest == planned.digest, corpus.rowCount == planned.rows, corpus.context == planned.context,
            corpus.vocabularySize == planned.vocabulary, corpus.domains == planned.domains
        else { throw PipelineError.corpusChanged(folder: folder.corpus) }
        return corpus
    }

    /// Opens the labels of the run's rows and makes sure that they are those that the plan was made with; nil where the plan has none.
    ///
    /// - Throws: `PipelineError.planDamaged` for others; a `CorpusError` or `StorageError` when they cannot be read.
    public func openLabels(in folder: RunFolder) throws -> LabelRows? {
        guard let planned = numbers.labels else { return nil }
        let labels = try LabelRows.open(folder.labels, combinations: planned.combinations)
        guard labels.digest == planned.digest, [labels.rowCount, labels.context] == [numbers.corpus.rows, numbers.corpus.context] else {
            throw PipelineError.planDamaged(file: folder.labels, reason: "they are not the labels that the plan was made with")
        }
        return labels
    }

    /// Opens the tokenizer that the run's tokens are decoded with and makes sure that it is the one that they were made with; nil where the
    /// configuration names none.
    ///
    /// - Throws: `PipelineError.tokenizerChanged`; `CheckpointError.hub` or a `CorpusError` when it cannot be read.
    public func openTokenizer(in folder: RunFolder, hubCache: HubCache = .ofUser) throws -> Tokenizer? {
        let corpus = configuration.corpus
        guard let tokenizer = try corpus.loadTokenizer(in: hubCache) else { return nil }
        // Rows that were removed to save space leave nothing to compare with.
        guard let planned = try? PackedCorpus.tokenizerDigest(in: folder.corpus), tokenizer.digest != planned else { return tokenizer }
        // What is matched in a text makes no token another text, and a configuration may say it otherwise where the rows are the same.
        let other = try Tokenizer(folder: tokenizer.folder, matchesSpecialTokens: !corpus.specialTokens)
        guard other.digest == planned else { throw PipelineError.tokenizerChanged(folder: corpus.tokenizer ?? tokenizer.folder) }
        return tokenizer
    }

    /// Opens the feature bank of the run and makes sure that it is the one that the plan was made with; nil where the plan has none.
    ///
    /// - Throws: `PipelineError.planDamaged` for another bank, and a damaged one; a `StorageError` when it cannot be read.
    public func openFeatures(in folder: RunFolder) throws -> FeatureBank? {
        guard let planned = numbers.features else { return nil }
        let features = try PipelineError.readingPlanFile(folder.features) { try FeatureBank(contentsOf: folder.features) }
        guard features.digest == planned.digest, features.columns.count == planned.columns else {
            throw PipelineError.planDamaged(file: folder.features, reason: "it is not the feature bank that the plan was made with")
        }
        return features
    }
}
