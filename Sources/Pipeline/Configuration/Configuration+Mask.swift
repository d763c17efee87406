import Checkpoints
import Corpus
import Models

extension Configuration {
    /// What of a packed corpus does not count.
    ///
    /// - Throws: `PipelineError.everythingMasked`; `CorpusError.unknownMaskToken` for what the tokenizer does not have.
    func mask(of corpus: PackedCorpus, tokenizer: Tokenizer?) throws -> TokenMask {
        let mask = try TokenMask(self.corpus.mask.map(\.description), beginningOfRow: corpus.beginningOfRow, tokenizer: tokenizer)
        guard corpus.countedTokens(mask) > 0 else { throw PipelineError.everythingMasked(corpus: self.corpus.path, mask: mask.ids) }
        return mask
    }
}

extension TokenMask {
    /// Checks that some model has its tokens: one that none knows would be left out in silence, and is a slip of the pen.
    ///
    /// - Parameter models: all of the run.
    /// - Throws: `CorpusError.unknownMaskToken`.
    func check(against models: some Sequence<ModelConfiguration>) throws {
        let vocabulary = models.map { Models.ModelShape($0).vocabularySize }.max() ?? 0
        guard let id = ids.last, Int(id) >= vocabulary else { return }
        throw CorpusError.unknownMaskToken(name: "\(id)", reason: "no model has such a token: they have \(vocabulary) at most")
    }
}
