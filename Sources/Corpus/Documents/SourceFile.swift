import SystemPackage

/// One file of a corpus, as it was when it was listed.
public struct SourceFile: Sendable, Hashable, Codable {
    /// Where it is.
    public var path: FilePath { FilePath(location) }
    private let location: String
    /// Its path below the corpus's root, or its name when it is the corpus.
    public let name: String
    /// Bytes on disk.
    public let size: Int
    /// Last change of the content, in nanoseconds since 1970.
    public let modified: Int64
    /// Last change of anything about the file, in nanoseconds since 1970: nobody can set this back.
    public let changed: Int64
    /// The file system's number of the file.
    public let inode: UInt64

    init(path: FilePath, name: String, status: FileStatus) {
        location = path.string
        self.name = name
        size = status.size
        modified = status.modified
        changed = status.changed
        inode = status.inode
    }

    /// How it is compressed; nil for a plain file.
    var compression: Compression? { Compression(of: name) }

    /// Throws when the file is no longer what was listed.
    func checkUnchanged() throws {
        let now = SourceFile(path: path, name: name, status: try FileStatus(of: path))
        if now != self { throw CorpusError.changedWhileReading(path: path.string) }
    }
}
