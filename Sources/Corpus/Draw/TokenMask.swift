/// Which tokens do not count in correlations. The activations at them are computed all the same.
public struct TokenMask: Codable, Sendable, Hashable {
    /// The ids that do not count, in order, each once.
    public let ids: [Int32]

    /// A mask of token ids; without any, every token counts.
    public init(ids: some Sequence<Int32> = []) { self.ids = Array(Set(ids)).sorted() }

    /// Resolves the names of a configuration.
    ///
    /// - Parameters:
    ///   - entries: "bos", "newline" (the token that is exactly "\n"), or token ids in digits.
    ///   - beginningOfRow: the id of the token that every row begins with, if there is one.
    ///   - tokenizer: needed for "newline".
    /// - Throws: `CorpusError.unknownMaskToken`.
    public init(_ entries: [String], beginningOfRow: Int32?, tokenizer: Tokenizer?) throws {
        self.init(
            ids: try entries.map { entry in
                switch entry {
                case "bos":
                    guard let id = tokenizer?.endOfText ?? beginningOfRow else {
                        throw CorpusError.unknownMaskToken(
                            name: entry, reason: "the corpus's rows do not begin with one and the same token")
                    }
                    return id
                case "newline":
                    guard let tokenizer else {
                        throw CorpusError.unknownMaskToken(name: entry, reason: "only a tokenizer knows which token that is")
                    }
                    guard let id = tokenizer.id(of: "Ċ") else {
                        throw CorpusError.unknownMaskToken(name: entry, reason: "the tokenizer has no such token")
                    }
                    return id
                default:
                    guard let id = Int32(entry), id >= 0 else {
                        throw CorpusError.unknownMaskToken(name: entry, reason: "it is neither \"bos\" nor \"newline\" nor a token id")
                    }
                    return id
                }
            })
    }

    /// Whether a token counts.
    public func isCounted(_ id: Int32) -> Bool { !ids.contains(id) }

    /// One entry for each id of the vocabulary: whether it counts. For loops over many tokens.
    public func countedTable(vocabularySize: Int) -> [Bool] {
        var table = [Bool](repeating: true, count: vocabularySize)
        for id in ids where Int(id) < vocabularySize { table[Int(id)] = false }
        return table
    }
}
