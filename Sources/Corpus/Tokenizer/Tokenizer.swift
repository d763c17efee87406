import Storage
import Synchronization
import SystemPackage

/// A byte-level BPE tokenizer with GPT-2's pre-tokenisation: the same token ids as Hugging Face `tokenizers` gives.
///
/// ```swift
/// let tokenizer = try Tokenizer(folder: "configs/demo/tokenizer")
/// let ids = tokenizer.encode("In the beginning")
/// ```
/// Reads `tokenizer.json`, or else `vocab.json` with `merges.txt` (also under OpenAI's names `encoder.json`, `vocab.bpe`).
/// Works on Unicode scalars; ill-formed UTF-8 in a text counts as U+FFFD.
public final class Tokenizer: Sendable {
    /// The token that separates texts and begins every packed row.
    public static let endOfTextSpelling = "<|endoftext|>"

    /// The folder that it was read from.
    public let folder: FilePath
    /// One more than the highest token id.
    public let vocabularySize: Int
    /// The id of `<|endoftext|>`.
    public let endOfText: Int32
    /// Whether special tokens that are spelt out in a text become that token; otherwise they are ordinary text.
    public let matchesSpecialTokens: Bool
    /// SHA-256 over everything that decides the tokens of a text; independent of the files' names and layout.
    public let digest: Digest

    private let tables: TokenizerTables
    private let ids: [[UInt8]: Int32]
    private let bytesByID: [[UInt8]]
    /// Encoders at rest, for `encode`: making one costs more than a short text.
    private let resting = Mutex<[SendableEncoder]>([])

    private struct SendableEncoder: @unchecked Sendable {
        let encoder: TokenEncoder
    }

    /// Reads a tokenizer's files.
    ///
    /// - Parameters:
    ///   - folder: what Hugging Face calls a tokenizer's or model's folder.
    ///   - matchesSpecialTokens: whether `<|endoftext|>` and other special tokens written in a text become that token, as `tokenizers` does
    ///     by default. Added tokens that are not special are always matched.
    /// - Throws: a `CorpusError` that names the file and field when one is missing, broken or not supported.
    public init(folder: FilePath, matchesSpecialTokens: Bool = false) throws {
        let files = TokenizerFiles(folder: folder)
        let (definition, source) = try files.definition()
        var ids = TokenizerDefinition.ids(of: definition.spellings)
        for token in definition.addedTokens { ids[token.content] = token.id }
        tables = try TokenizerTables(
            definition, ids: TokenizerDefinition.ids(of: definition.spellings), matchesSpecialTokens: matchesSpecialTokens, path: source)
        guard let endOfText = ids[Array(Self.endOfTextSpelling.utf8)] else {
            throw CorpusError.brokenTokenizer(path: source, field: "the vocabulary", reason: "has no token \(Self.endOfTextSpelling)")
        }
        var bytesByID = definition.spellings.map { spelling -> [UInt8] in
            guard let spelling else { return [] }
            return ByteAlphabet.bytes(of: spelling) ?? Array(spelling.utf8)
        }
        for token in definition.addedTokens {
            while bytesByID.count <= Int(token.id) { bytesByID.append([]) }
            bytesByID[Int(token.id)] = token.content
        }
        self.folder = folder
        self.matchesSpecialTokens = matchesSpecialTokens
        self.endOfText = endOfText
        self.ids = ids
        self.bytesByID = bytesByID
        vocabularySize = bytesByID.count
        digest = TokenizerDigest.digest(of: definition, matchesSpecialTokens: matchesSpecialTokens)
    }

    /// An encoder for one thread: faster than `encode` for many texts.
    public func makeEncoder() -> TokenEncoder { TokenEncoder(tables) }

    /// The token ids of a text.
    public func encode(_ text: String) -> [Int32] { encode(Array(text.utf8)) }

    /// The token ids of a text in UTF-8; ill-formed parts count as U+FFFD.
    public func encode(_ text: [UInt8]) -> [Int32] {
        var text = text
        _ = TextRepair.repair(&text)
        let encoder = resting.withLock { $0.popLast() } ?? SendableEncoder(encoder: makeEncoder())
        defer { resting.withLock { $0.append(encoder) } }
        var tokens = TokenBuffer(capacity: text.count / 3)
        text.withUnsafeBufferPointer { encoder.encoder.encode($0, into: &tokens) }
        return tokens.withTokens { Array($0) }
    }

    /// The bytes that a token stands for; empty for an id that is not in the vocabulary.
    public func tokenBytes(_ id: Int) -> [UInt8] { bytesByID.indices.contains(id) ? bytesByID[id] : [] }

    /// The text that a token stands for; U+FFFD where its bytes are a part of a scalar only.
    public func decodedToken(_ id: Int) -> String { String(decoding: tokenBytes(id), as: UTF8.self) }

    /// The text of a run of tokens; scalars that are spread over several of them come out whole.
    public func decode(_ tokens: some Sequence<Int32>) -> String {
        String(decoding: tokens.flatMap { tokenBytes(Int($0)) }, as: UTF8.self)
    }

    /// The id of a token as the vocabulary spells it ("Ġthe", "Ċ", "<|endoftext|>"); nil when there is none.
    public func id(of token: String) -> Int32? { ids[Array(token.utf8)] }
}
