import Storage
import SystemPackage

/// What the tokenizer's files in a folder say, to tell whether two models mean the same token by an id.
///
/// ```swift
/// if let a = try TokenizerContent(in: "models/a"), let b = try TokenizerContent(in: "models/b"), let difference = try a.difference(from: b) {
///     print(difference.place)
/// }
/// ```
public struct TokenizerContent: Sendable {
    /// The folder.
    public let folder: FilePath

    /// SHA-256 over the bytes of the files.
    private let bytes: Digest

    /// Reads the files as bytes; they are not looked into.
    ///
    /// - Returns: nil where the folder holds no tokenizer: neither `tokenizer.json`, nor a vocabulary with its merges.
    /// - Throws: a `StorageError`, `.tooLarge` for a file that is larger than any tokenizer's.
    public init?(in folder: FilePath) throws {
        let files = TokenizerFiles(folder: folder).deciding
        guard !files.isEmpty else { return nil }
        self.folder = folder
        var builder = DigestBuilder()
        for file in files {
            builder.update(file.lastComponent?.string ?? file.string)
            builder.update(try MappedFile(file, most: TokenizerFiles.mostBytes).withBytes { Digest(of: $0) }.bytes)
        }
        bytes = builder.finalize()
    }

    /// The first difference from another tokenizer: in the tokens of the ids, the added tokens, the merges, the normaliser. The same
    /// tokenizer as `tokenizer.json` and as `vocab.json` with `merges.txt` has none.
    ///
    /// - Throws: a `CorpusError` where the files differ, and those of one cannot be read.
    public func difference(from other: TokenizerContent) throws -> TokenizerDifference? {
        if bytes == other.bytes { return nil }
        return try definition().difference(from: other.definition())
    }

    /// Whether the files of two folders are the same, to the byte.
    public func hasFiles(of other: TokenizerContent) -> Bool { bytes == other.bytes }

    private func definition() throws(CorpusError) -> TokenizerDefinition { try TokenizerFiles(folder: folder).definition().definition }
}
