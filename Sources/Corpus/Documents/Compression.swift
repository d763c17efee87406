/// How a file of a corpus is compressed, told by its name.
enum Compression: String, CaseIterable {
    case zstd = ".zst"
    case gzip = ".gz"

    /// What the file's name ends in.
    var ending: String { rawValue }

    /// The compression of a file; nil for a plain one.
    init?(of name: String) {
        guard let found = Self.allCases.first(where: { name.hasSuffix($0.ending) }) else { return nil }
        self = found
    }
}
