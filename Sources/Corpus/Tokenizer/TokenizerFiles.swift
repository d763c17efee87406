import Storage
import SystemPackage

/// Finds and reads the files of a tokenizer in its folder.
struct TokenizerFiles {
    let folder: FilePath

    /// The bytes of the largest file that is read: GPT-2's `tokenizer.json` has 1.4 million, the largest known of any kind some 33 million.
    /// As values a text takes some twenty times its size.
    static let mostBytes = 1 << 25

    private static let whole = "tokenizer.json"
    /// Vocabularies and their merges, the preferred pair first: as Hugging Face and as OpenAI call them.
    private static let pairs = [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")]
    private static let addedTokens = "added_tokens.json"
    private static let configuration = "tokenizer_config.json"

    /// The files that are read, as far as they decide about tokens; none where the folder holds no tokenizer.
    var deciding: [FilePath] {
        func held(_ names: [String]) -> [FilePath] { names.map { folder.appending($0) }.filter { Folder.holdsFile($0) } }
        let whole = held([Self.whole])
        guard whole.isEmpty else { return whole }
        // The first vocabulary that is there is the one that is read.
        guard let pair = Self.pairs.first(where: { Folder.holdsFile(folder.appending($0.0)) }) else { return [] }
        let files = held([pair.0, pair.1])
        return files.count == 2 ? files + held([Self.addedTokens, Self.configuration]) : []
    }

    /// What the files say, and the path to name when something in it is wrong.
    func definition() throws(CorpusError) -> (definition: TokenizerDefinition, source: String) {
        try checkConfiguration()
        let whole = folder.appending(Self.whole)
        if Folder.holdsFile(whole) {
            return (try TokenizerJSON(path: whole.string, root: try json(whole)).definition(), whole.string)
        }
        for (vocabularyName, mergesName) in Self.pairs {
            let vocabulary = folder.appending(vocabularyName)
            let merges = folder.appending(mergesName)
            guard Folder.holdsFile(vocabulary) else { continue }
            try refuseAddedTokens(unlessIn: try json(vocabulary))
            let text = try read(merges)
            let files = VocabularyAndMerges(
                vocabularyPath: vocabulary.string, vocabulary: try json(vocabulary),
                mergesPath: merges.string, merges: String(decoding: text, as: UTF8.self))
            return (try files.definition(), vocabulary.string)
        }
        throw .unreadable(path: folder.string, reason: "it holds neither tokenizer.json nor vocab.json with merges.txt")
    }

    private func read(_ path: FilePath) throws(CorpusError) -> [UInt8] {
        do {
            return try MappedFile(path, most: Self.mostBytes).withBytes { Array($0) }
        } catch StorageError.tooLarge(_, let bytes, let most) {
            throw .brokenTokenizer(path: path.string, field: "the file", reason: "has \(bytes) bytes, the most that are read are \(most)")
        } catch {
            throw .unreadable(path: path.string, reason: (error as? StorageError)?.message ?? "\(error)")
        }
    }

    private func json(_ path: FilePath) throws(CorpusError) -> JSONValue {
        let bytes = try read(path)
        do {
            return try bytes.withUnsafeBufferPointer { (text) throws(JSONFault) in try JSONValue(parsing: text) }
        } catch {
            throw .brokenTokenizer(path: path.string, field: "byte \(error.offset)", reason: "is not \(error.expected)")
        }
    }

    /// `tokenizer_config.json` may ask `transformers` for a blank before every text.
    private func checkConfiguration() throws(CorpusError) {
        let path = folder.appending(Self.configuration)
        guard Folder.holdsFile(path) else { return }
        if let prefix = try json(path)["add_prefix_space"], prefix.boolean != false {
            throw .unsupportedTokenizer(path: path.string, field: "add_prefix_space", value: prefix.summary)
        }
    }

    /// Beside `vocab.json`, further tokens may be listed: `{"token": id}` in a file of their own, `{"id": {"content": "token"}}` in
    /// `tokenizer_config.json`. Only those that the vocabulary has under the same id change nothing.
    private func refuseAddedTokens(unlessIn vocabulary: JSONValue) throws(CorpusError) {
        let list = folder.appending(Self.addedTokens)
        if Folder.holdsFile(list), case .object(let members) = try json(list) {
            for member in members where member.key != Tokenizer.endOfTextSpelling {
                throw .unsupportedTokenizer(path: list.string, field: "an added token", value: "\"\(member.key)\"")
            }
        }
        let configuration = folder.appending(Self.configuration)
        guard Folder.holdsFile(configuration), let decoder = try json(configuration)["added_tokens_decoder"] else { return }
        guard case .object(let members) = decoder else {
            throw .brokenTokenizer(path: configuration.string, field: "added_tokens_decoder", reason: "is no object of ids and tokens")
        }
        for member in members {
            // Only the end of text is matched in a text here, and that as a special token.
            let content = member.value["content"]?.text
            guard let content, content == Tokenizer.endOfTextSpelling, let id = Int(member.key), vocabulary[content]?.integer == id else {
                throw .unsupportedTokenizer(
                    path: configuration.string, field: "added_tokens_decoder.\(member.key)",
                    value: content.map { "\"\($0)\"" } ?? member.value.summary)
            }
        }
    }
}
