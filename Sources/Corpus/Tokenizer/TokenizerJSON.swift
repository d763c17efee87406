/// Reads `tokenizer.json` of Hugging Face's `tokenizers`. Every field that changes the tokens of a text is honoured or refused by name.
///
/// `post_processor` (special tokens around a whole text) and `decoder` are not consulted: the packing puts its own tokens. Nor are
/// `truncation` and `padding`, which training scripts leave behind: the packing cuts its own rows, out of whole documents.
struct TokenizerJSON {
    let path: String
    let root: JSONValue

    func definition() throws(CorpusError) -> TokenizerDefinition {
        guard let model = root["model"] else { throw broken("model", "is missing") }
        if let type = model["type"], type.text != "BPE" { throw unsupported("model.type", type) }
        try checkPreTokenizer()
        for field in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let value = model[field], value.text != "" { throw unsupported("model.\(field)", value) }
        }
        if let dropout = model["dropout"], dropout.number != 0 { throw unsupported("model.dropout", dropout) }
        if let fallback = model["byte_fallback"], fallback.boolean != false { throw unsupported("model.byte_fallback", fallback) }
        // `unk_token` and `fuse_unk` change nothing: every byte of a text has a token, which is checked when the tables are built.
        let spellings = try TokenizerDefinition.spellings(of: model["vocab"], field: "model.vocab", path: path)
        let ids = TokenizerDefinition.ids(of: spellings)
        let ignoresMerges: Bool
        switch model["ignore_merges"] {
        case nil: ignoresMerges = false
        case .bool(let value)?: ignoresMerges = value
        case let value?: throw unsupported("model.ignore_merges", value)
        }
        return TokenizerDefinition(
            spellings: spellings,
            merges: try TokenizerDefinition.merges(try mergePairs(model), ids: ids, path: path),
            addedTokens: try addedTokens(spellings: spellings, ids: ids),
            ignoresMerges: ignoresMerges, composes: try composes())
    }

    /// Whether texts are composed (NFC), which is the only normalisation that is done here.
    private func composes() throws(CorpusError) -> Bool {
        guard let normalizer = root["normalizer"] else { return false }
        let steps = normalizer["type"]?.text == "Sequence" ? normalizer["normalizers"]?.elements ?? [normalizer] : [normalizer]
        for step in steps where step["type"]?.text != "NFC" { throw unsupported("normalizer", step) }
        return !steps.isEmpty
    }

    private func checkPreTokenizer() throws(CorpusError) {
        guard let preTokenizer = root["pre_tokenizer"] else {
            throw .unsupportedTokenizer(path: path, field: "pre_tokenizer", value: "null")
        }
        guard preTokenizer["type"]?.text == "ByteLevel" else { throw unsupported("pre_tokenizer", preTokenizer) }
        if let regex = preTokenizer["use_regex"], regex.boolean != true { throw unsupported("pre_tokenizer.use_regex", regex) }
        // `tokenizers` takes a missing field for true.
        let prefix = preTokenizer["add_prefix_space"] ?? .bool(true)
        guard prefix.boolean == false else { throw unsupported("pre_tokenizer.add_prefix_space", prefix) }
    }

    /// Merges are "left right" or, in newer files, ["left", "right"].
    private func mergePairs(_ model: JSONValue) throws(CorpusError) -> [(left: Substring, right: Substring, place: String)] {
        guard let elements = model["merges"]?.elements else { throw broken("model.merges", "is missing or no list") }
        var pairs: [(left: Substring, right: Substring, place: String)] = []
        pairs.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            let place = "model.merges[\(index)]"
            let parts: [Substring]
            if let text = element.text {
                parts = MergeLine.split(text[...])
            } else {
                parts = (element.elements ?? []).compactMap { $0.text.map { $0[...] } }
            }
            guard parts.count == 2 else { throw broken(place, "is no pair of tokens") }
            pairs.append((parts[0], parts[1], place))
        }
        return pairs
    }

    private func addedTokens(spellings: [String?], ids: [[UInt8]: Int32]) throws(CorpusError) -> [AddedToken] {
        guard let list = root["added_tokens"] else { return [] }
        guard let elements = list.elements else { throw broken("added_tokens", "is no list") }
        var result: [AddedToken] = []
        var next = spellings.count
        for (index, element) in elements.enumerated() {
            let place = "added_tokens[\(index)]"
            guard let content = element["content"]?.text, !content.isEmpty else { throw broken("\(place).content", "is missing or empty") }
            for flag in ["single_word", "lstrip", "rstrip"] {
                if let value = element[flag], value.boolean != false { throw unsupported("\(place).\(flag)", value) }
            }
            guard let id = element["id"]?.integer, (0..<TokenizerDefinition.idLimit).contains(id) else {
                throw broken("\(place).id", "is missing or no token id")
            }
            // `tokenizers` gives a token its id in the vocabulary, or the next free one, whatever the file says.
            let expected = ids[Array(content.utf8)].map(Int.init) ?? next
            guard id == expected else { throw broken("\(place).id", "is \(id) where \(expected) follows from the vocabulary") }
            if id == next { next += 1 }
            result.append(
                AddedToken(
                    id: Int32(id), content: Array(content.utf8), isSpecial: element["special"]?.boolean ?? false,
                    isNormalized: element["normalized"]?.boolean ?? true))
        }
        return result
    }

    private func broken(_ field: String, _ reason: String) -> CorpusError {
        .brokenTokenizer(path: path, field: field, reason: reason)
    }

    private func unsupported(_ field: String, _ value: JSONValue) -> CorpusError {
        .unsupportedTokenizer(path: path, field: field, value: value.summary)
    }
}

extension JSONValue {
    /// The value of a number, or nil.
    fileprivate var number: Double? {
        if case .number(let text) = self { return Double(text) }
        return nil
    }
}
