/// Reads the pair of files that GPT-2 came with: `vocab.json` and `merges.txt` (OpenAI's names: `encoder.json` and `vocab.bpe`).
struct VocabularyAndMerges {
    let vocabularyPath: String
    let vocabulary: JSONValue
    let mergesPath: String
    let merges: String

    func definition() throws(CorpusError) -> TokenizerDefinition {
        let spellings = try TokenizerDefinition.spellings(of: vocabulary, field: "the vocabulary", path: vocabularyPath)
        let ids = TokenizerDefinition.ids(of: spellings)
        var pairs: [(left: Substring, right: Substring, place: String)] = []
        // Lines end with U+000A; a file from Windows has U+000D before it.
        let lines = merges.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            var text = Substring(line)
            if text.utf8.last == 0x0D { text = Substring(line.dropLast()) }
            if text.utf8.isEmpty || text.utf8.starts(with: "#version".utf8) { continue }
            let parts = MergeLine.split(text)
            guard parts.count == 2, parts.allSatisfy({ !$0.utf8.isEmpty }) else {
                throw .brokenTokenizer(path: mergesPath, field: "line \(index + 1)", reason: "is no pair of tokens")
            }
            pairs.append((parts[0], parts[1], "line \(index + 1)"))
        }
        let endOfText = Array(Tokenizer.endOfTextSpelling.utf8)
        let added = ids[endOfText].map { AddedToken(id: $0, content: endOfText, isSpecial: true, isNormalized: false) }
        return TokenizerDefinition(
            spellings: spellings, merges: try TokenizerDefinition.merges(pairs, ids: ids, path: mergesPath),
            addedTokens: added.map { [$0] } ?? [], ignoresMerges: false)
    }
}
