import Corpus
import Storage
import SystemPackage

/// Whether models that read the same token ids mean the same tokens by them, as far as their folders say: those that hold no tokenizer's
/// files, and arrays of token ids, say nothing.
struct TokenizerAgreement {
    /// What is to be told, and no reason to stop: a tokenizer that cannot be compared, one that is not the corpus's.
    let notices: [String]

    /// Compares the models' tokenizers with each other, and each with the one that the corpus's text is read by.
    ///
    /// - Parameters:
    ///   - models: with the folders that they are in on this machine.
    ///   - corpus: the folder of the corpus's tokenizer; nil where there is none.
    /// - Throws: `PipelineError.tokenizersDiffer` for the first model whose tokenizer is not that of a model before it; a `StorageError`.
    init(of models: [(model: ModelReference, folder: FilePath)], corpus: FilePath?) throws {
        var notices: [String] = []
        // Of files that are the same to the byte, those of the first model are looked into.
        var seen: [(model: ModelReference, content: TokenizerContent)] = []
        for (model, folder) in models {
            guard let content = try TokenizerContent(in: folder), !seen.contains(where: { $0.content.hasFiles(of: content) }) else {
                continue
            }
            if let first = seen.first {
                do {
                    if let difference = try first.content.difference(from: content) {
                        throw PipelineError.tokenizersDiffer(model: first.model.id, other: model.id, folder: folder, difference: difference)
                    }
                } catch let error as CorpusError {
                    notices.append("the tokenizers of models \(first.model.id) and \(model.id) cannot be compared: \(error.message)")
                }
            }
            seen.append((model, content))
        }
        if let first = seen.first, let corpus, let content = try TokenizerContent(in: corpus) {
            do {
                if let difference = try content.difference(from: first.content) {
                    notices.append(
                        "the corpus's tokenizer is not that of model \(first.model.id): \(difference.place) is \(difference.first) for the "
                            + "corpus and \(difference.second) for the model")
                }
            } catch let error as CorpusError {
                notices.append("the tokenizers of the corpus and of model \(first.model.id) cannot be compared: \(error.message)")
            }
        }
        self.notices = notices
    }
}
