import Storage
import SystemPackage

/// Where the text or the token ids come from: what kind of thing a path is, and the files in it, in the order they are read.
public struct CorpusSource: Sendable, Hashable {
    /// What is read from a path.
    public enum Kind: String, Sendable, Codable {
        /// Files of JSON lines, `{"text": "…", "meta": {"pile_set_name": "…"}}`, plain or under zstd.
        case jsonLines = "JSON lines"
        /// Text files, each a document; the domain is the first folder below the root, "text" for files in the root itself.
        case text
        /// A numpy array [sequences, context] of token ids, whose rows are used as they are.
        case tokenRows = "token ids"
    }

    /// What the configuration names: a file or a folder.
    public let path: FilePath
    /// What is read from it.
    public let kind: Kind
    /// The files, by name (as bytes).
    public let files: [SourceFile]

    /// Looks at a path and lists its files.
    ///
    /// A file is JSON lines (`.jsonl`, `.ndjson`, `.json`, each also with `.zst`; any other `.zst`), a text (`.txt`) or token ids (`.npy`).
    /// A folder that has files of JSON lines in it, at any depth, is a folder of these and other files are not read; any other is a folder
    /// of text files, except hidden ones.
    /// - Throws: A `CorpusError` when there is nothing, or nothing that can be read.
    public init(_ path: FilePath) throws {
        self.path = path
        let status = try FileStatus(of: path)
        if status.isFolder {
            let found = try Self.files(below: path)
            let lines = found.filter { Self.isJSONLines($0.name) }
            kind = lines.isEmpty ? .text : .jsonLines
            files = lines.isEmpty ? found : lines
            if let binary = files.first(where: { kind == .text && Self.isBinary($0.name) }) {
                throw CorpusError.unknownFormat(path: binary.path.string)
            }
            guard !files.isEmpty else { throw CorpusError.emptyCorpus(path: path.string, documents: 0, minimumCharacters: 0) }
            return
        }
        guard status.isFile else { throw CorpusError.unknownFormat(path: path.string) }
        let name = path.lastComponent?.string ?? path.string
        if name.hasSuffix(".npy") {
            kind = .tokenRows
        } else if Self.isJSONLines(name) || name.hasSuffix(".zst") {
            kind = .jsonLines
        } else if name.hasSuffix(".txt") {
            kind = .text
        } else {
            throw CorpusError.unknownFormat(path: path.string)
        }
        var files = [SourceFile(path: path, name: name, status: status)]
        if kind == .tokenRows {
            for sidecar in [TokenRowSidecar.domainsPath(of: path), TokenRowSidecar.namesPath(of: path)] where Folder.holdsFile(sidecar) {
                let name = sidecar.lastComponent?.string ?? sidecar.string
                files.append(SourceFile(path: sidecar, name: name, status: try FileStatus(of: sidecar)))
            }
        }
        self.files = files
    }

    /// Bytes on disk of all files.
    public var byteCount: Int { files.reduce(0) { $0 + $1.size } }

    static func isJSONLines(_ name: String) -> Bool {
        let plain = name.hasSuffix(".zst") ? String(name.dropLast(4)) : name
        return plain.hasSuffix(".jsonl") || plain.hasSuffix(".ndjson") || plain.hasSuffix(".json")
    }

    /// Names whose content is certainly no text; found in a folder of text they are a mistake to be told.
    private static func isBinary(_ name: String) -> Bool {
        [".zst", ".gz", ".xz", ".bz2", ".zip", ".npy", ".npz", ".parquet", ".safetensors"].contains { name.hasSuffix($0) }
    }

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
