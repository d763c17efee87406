import SystemPackage

/// Finds and reads the files of a tokenizer in its folder.
struct TokenizerFiles {
    let folder: FilePath

    /// What the files say, and the path to name when something in it is wrong.
    func definition() throws(CorpusError) -> (definition: TokenizerDefinition, source: String) {
        try checkConfiguration()
        let whole = folder.appending("tokenizer.json")
        if SmallFile.exists(whole) {
            return (try TokenizerJSON(path: whole.string, root: try json(whole)).definition(), whole.string)
        }
        for (vocabularyName, mergesName) in [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")] {
            let vocabulary = folder.appending(vocabularyName)
            let merges = folder.appending(mergesName)
            guard SmallFile.exists(vocabulary) else { continue }
            try refuseAddedTokens()
            let text = try SmallFile.read(merges)
            let files = VocabularyAndMerges(
                vocabularyPath: vocabulary.string, vocabulary: try json(vocabulary),
                mergesPath: merges.string, merges: String(decoding: text, as: UTF8.self))
            return (try files.definition(), vocabulary.string)
        }
        throw .unreadable(path: folder.string, reason: "it holds neither tokenizer.json nor vocab.json with merges.txt")
    }

    private func json(_ path: FilePath) throws(CorpusError) -> JSONValue {
        let bytes = try SmallFile.read(path)
        do {
            return try bytes.withUnsafeBufferPointer { (text) throws(JSONFault) in try JSONValue(parsing: text) }
        } catch {
            throw .brokenTokenizer(path: path.string, field: "byte \(error.offset)", reason: "is not \(error.expected)")
        }
    }

    /// `tokenizer_config.json` may ask `transformers` for a blank before every text.
    private func checkConfiguration() throws(CorpusError) {
        let path = folder.appending("tokenizer_config.json")
        guard SmallFile.exists(path) else { return }
        if let prefix = try json(path)["add_prefix_space"], prefix.boolean != false {
            throw .unsupportedTokenizer(path: path.string, field: "add_prefix_space", value: prefix.summary)
        }
    }

    /// Beside `vocab.json`, further tokens may be listed in files of their own.
    private func refuseAddedTokens() throws(CorpusError) {
        let path = folder.appending("added_tokens.json")
        guard SmallFile.exists(path) else { return }
        if case .object(let members) = try json(path), let other = members.first(where: { $0.key != Tokenizer.endOfTextSpelling }) {
            throw .unsupportedTokenizer(path: path.string, field: "an added token", value: "\"\(other.key)\"")
        }
    }
}
