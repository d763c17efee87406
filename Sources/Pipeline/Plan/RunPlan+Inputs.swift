import Corpus
import Models
import Storage

extension RunPlan {
    /// Opens the packed rows of the run and makes sure that they are those that the plan was made with.
    ///
    /// - Parameter hashingRows: whether the rows themselves are compared, for whoever computes with them; otherwise what is recorded of
    ///   them.
    /// - Throws: `PipelineError.corpusChanged`; a `CorpusError` or `StorageError` when they cannot be read.
    public func openCorpus(in folder: RunFolder, hashingRows: Bool = false) throws -> PackedCorpus {
        let corpus = try PackedCorpus.open(folder.corpus, hashingRows: hashingRows)
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

    /// Opens the feature bank of the run and makes sure that it is the one that the plan was made with; nil where the plan has none.
    ///
    /// - Throws: `PipelineError.planDamaged` for another bank; a `StorageError` when it cannot be read.
    public func openFeatures(in folder: RunFolder) throws -> FeatureBank? {
        guard let planned = numbers.features else { return nil }
        let features = try FeatureBank(contentsOf: folder.features)
        guard features.digest == planned.digest, features.columns.count == planned.columns else {
            throw PipelineError.planDamaged(file: folder.features, reason: "it is not the feature bank that the plan was made with")
        }
        return features
    }
}
