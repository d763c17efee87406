import Corpus
import SystemPackage

/// The text of a run and how it becomes rows of tokens.
public struct CorpusConfiguration: Hashable, Sendable {
    /// JSON lines (`.jsonl`, `.jsonl.zst`, `.jsonl.gz`), a folder of such files, a folder of text files (also compressed), or token ids
    /// [sequences, context] in a `.npy` or a `.npz`.
    public var path: FilePath
    /// Which members of a line of JSON are the text and the domain.
    public var fields = DocumentFields.pile
    /// Folder with `tokenizer.json`, or `vocab.json` and `merges.txt`; or a repository of the Hugging Face Hub, as for a model. Only token ids
    /// may do without.
    public var tokenizer: FilePath?
    /// The commit that a repository's revision was when the plan was made.
    public var tokenizerCommit: String?
    /// What a tagger says of the rows: the `labels.npz` of `deploy/tag/tag.py`; nil without.
    public var labels: FilePath?
    /// Tokens a row, BOS included. Token ids bring their own; if it is given all the same, it must agree.
    public var context: Int?
    /// What does not count in correlations; empty: every token counts.
    public var mask: [MaskEntry] = [.bos, .newline]
    /// Documents of *more* than this many Unicode scalars are taken.
    public var minimumCharacters: Int = 50
    /// What stands between documents.
    public var separator: Separator = .eot
    /// Whether `<|endoftext|>` in a text is the special token rather than ordinary text.
    public var specialTokens: Bool = false
    /// Decides the order in which rows are drawn.
    public var seed: UInt64 = 0

    /// A corpus with the defaults of every optional key.
    public init(path: FilePath, tokenizer: FilePath? = nil, context: Int? = nil) {
        self.path = path
        self.tokenizer = tokenizer
        self.context = context
    }

    /// Whether the corpus is an array of token ids.
    public var isTokenArray: Bool { CorpusSource.isTokenArray(path) }
}

extension CorpusConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case path, tokenizer, context, mask, separator, seed, text, domain, labels
        case tokenizerCommit = "tokenizer_commit"
        case minimumCharacters = "minimum_characters"
        case specialTokens = "special_tokens"
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        path = FilePath(try values.decode(String.self, forKey: .path))
        tokenizer = try values.decodeIfPresent(String.self, forKey: .tokenizer).map { FilePath($0) }
        tokenizerCommit = try values.decodeIfPresent(String.self, forKey: .tokenizerCommit)
        fields = DocumentFields(
            text: try values.decodeIfPresent([String].self, forKey: .text) ?? DocumentFields.pile.text,
            domain: try values.decodeIfPresent([String].self, forKey: .domain) ?? DocumentFields.pile.domain)
        labels = try values.decodeIfPresent(String.self, forKey: .labels).map { FilePath($0) }
        context = try values.decodeIfPresent(Int.self, forKey: .context)
        mask = try values.decode([MaskEntry].self, forKey: .mask)
        minimumCharacters = try values.decode(Int.self, forKey: .minimumCharacters)
        separator = try values.decode(Separator.self, forKey: .separator)
        specialTokens = try values.decode(Bool.self, forKey: .specialTokens)
        seed = try values.decode(UInt64.self, forKey: .seed)
    }

    /// Writes the keys of the configuration, paths as text.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(path.string, forKey: .path)
        try values.encodeIfPresent(tokenizer?.string, forKey: .tokenizer)
        try values.encodeIfPresent(tokenizerCommit, forKey: .tokenizerCommit)
        if fields.text != DocumentFields.pile.text { try values.encode(fields.text, forKey: .text) }
        if fields.domain != DocumentFields.pile.domain { try values.encode(fields.domain, forKey: .domain) }
        try values.encodeIfPresent(labels?.string, forKey: .labels)
        try values.encodeIfPresent(context, forKey: .context)
        try values.encode(mask, forKey: .mask)
        try values.encode(minimumCharacters, forKey: .minimumCharacters)
        try values.encode(separator, forKey: .separator)
        try values.encode(specialTokens, forKey: .specialTokens)
        try values.encode(seed, forKey: .seed)
    }
}
