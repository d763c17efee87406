import Storage
import SystemPackage

/// Where the text or the token ids come from: what kind of thing a path is, and the files in it, in the order they are read.
public struct CorpusSource: Sendable, Hashable {
    /// What is read from a path.
    public enum Kind: String, Sendable, Codable {
        /// Files of JSON lines, `{"text": "…", "meta": {"pile_set_name": "…"}}`, plain, or compressed with zstd or gzip.
        case jsonLines = "JSON lines"
        /// Text files, plain or compressed, each a document; the domain is the first folder below the root, "text" for files in the root itself.
        case text
        /// A numpy array [sequences, context] of token ids, whose rows are used as they are: a `.npy`, or `tokens` of a `.npz`.
        case tokenRows = "token ids"
    }

    /// What the configuration names: a file or a folder.
    public let path: FilePath
    /// What is read from it.
    public let kind: Kind
    /// The files, by name (as bytes).
    public let files: [SourceFile]
    /// Which members of a line are read.
    public let fields: DocumentFields

    /// Looks at a path and lists its files.
    ///
    /// A file is JSON lines (`.jsonl`, `.ndjson`, `.json`), a text (`.txt`, `.text`), each also with `.zst` or `.gz`, or token ids (`.npy`,
    /// `.npz`). Any other file with `.zst` or `.gz` is JSON lines.
    /// A folder that has files of JSON lines in it, at any depth, is a folder of these and other files are not read; any other is a folder
    /// of text files, except hidden ones.
    ///
    /// - Parameter fields: which members of a line are read; for JSON lines only.
    /// - Throws: A `CorpusError` when there is nothing, or nothing that can be read; when there are no lines that `fields` could be of.
    public init(_ path: FilePath, fields: DocumentFields = .pile) throws {
        self.path = path
        self.fields = fields
        (kind, files) = try Self.contents(of: path)
        if kind != .jsonLines, fields != .pile { throw CorpusError.fieldsWithoutLines(path: path.string, kind: kind.rawValue) }
    }

    private static func contents(of path: FilePath) throws -> (Kind, [SourceFile]) {
        let status = try FileStatus(of: path)
        if status.isFolder {
            let found = try files(below: path)
            let lines = found.filter { FileContent(of: $0.name) == .jsonLines }
            guard lines.isEmpty else { return (.jsonLines, lines) }
            // Found in a folder of text, an array or an archive is a mistake to be told.
            if let other = found.first(where: { !FileContent(of: $0.name).isTextInFolder }) {
                throw CorpusError.unknownFormat(path: other.path.string)
            }
            guard !found.isEmpty else { throw CorpusError.emptyCorpus(path: path.string, documents: 0, minimumCharacters: 0) }
            return (.text, found)
        }
        guard status.isFile else { throw CorpusError.unknownFormat(path: path.string) }
        let name = path.lastComponent?.string ?? path.string
        let kind: Kind
        switch FileContent(of: name) {
        case .tokens: kind = .tokenRows
        case .jsonLines, .unknown(isCompressed: true): kind = .jsonLines
        case .text: kind = .text
        case .binary, .unknown(isCompressed: false): throw CorpusError.unknownFormat(path: path.string)
        }
        var files = [SourceFile(path: path, name: name, status: status)]
        if kind == .tokenRows, !isArchive(path) {
            for sidecar in [TokenRowDomains.domainsPath(of: path), TokenRowDomains.namesPath(of: path)] where Folder.holdsFile(sidecar) {
                let name = sidecar.lastComponent?.string ?? sidecar.string
                files.append(SourceFile(path: sidecar, name: name, status: try FileStatus(of: sidecar)))
            }
        }
        return (kind, files)
    }

    /// Whether a path is that of an array of token ids.
    public static func isTokenArray(_ path: FilePath) -> Bool { path.extension == "npy" || isArchive(path) }

    /// Whether a path is that of an archive of arrays.
    static func isArchive(_ path: FilePath) -> Bool { path.extension == "npz" }

    /// Rows and tokens of a row of an array of token ids, before it is read; nil for text, and for an array of another kind.
    ///
    /// - Throws: a `StorageError` when the array cannot be opened.
    public func tokenShape() throws -> [Int]? {
        guard kind == .tokenRows else { return nil }
        let shape =
            Self.isArchive(path) ? try NumpyArchiveReader(path).shape(of: TokenRows.arrayName) : try NumpyArray(mapping: path).shape
        return shape?.count == 2 && shape?.contains { $0 < 1 } == false ? shape : nil
    }

    /// Whether any of its files is compressed: then it is a longer text than its bytes on disk.
    public var isCompressed: Bool { files.contains { $0.compression != nil } }

    /// Bytes on disk of all files.
    public var byteCount: Int { files.reduce(0) { $0 + $1.size } }

    /// All ordinary files below a folder but hidden ones, sorted by the bytes of their path; links are followed, each folder once.
    private static func files(below root: FilePath) throws -> [SourceFile] {
        var result: [SourceFile] = []
        var visited: Set<[UInt64]> = []
        func visit(_ folder: FilePath, _ prefix: String) throws {
            let status = try FileStatus(of: folder)
            guard visited.insert([status.device, status.inode]).inserted else { return }
            for name in try Folder.names(in: folder) where !name.hasPrefix(".") {
                let path = folder.appending(name)
                let status = try FileStatus(of: path)
                if status.isFolder {
                    try visit(path, prefix + name + "/")
                } else if status.isFile {
                    result.append(SourceFile(path: path, name: prefix + name, status: status))
                }
            }
        }
        try visit(root, "")
        return result.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
