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
