/// What a file of a corpus holds, told by its name; what says how it is compressed comes last in it, and does not count.
enum FileContent: Equatable {
    /// Lines of JSON, a document each.
    case jsonLines
    /// One document.
    case text
    /// An array of token ids.
    case tokens
    /// Certainly no text as it is: an archive, an array under a compression, one that is not read.
    case binary
    /// The name does not say. Under a compression that is read: such files of lines are passed around (`pile.zst`), others are not.
    case unknown(isCompressed: Bool)

    private static let lineEndings = [".jsonl", ".ndjson", ".json"]
    private static let textEndings = [".txt", ".text"]
    private static let arrayEndings = [".npy", ".npz"]
    private static let binaryEndings = [".zst", ".gz", ".xz", ".bz2", ".zip", ".tar", ".tgz", ".7z", ".parquet", ".arrow", ".safetensors"]

    /// The content of a file with this name.
    init(of name: String) {
        let compression = Compression(of: name)
        let plain = name.dropLast(compression?.ending.utf8.count ?? 0)
        func ends(in endings: [String]) -> Bool { endings.contains { plain.hasSuffix($0) } }
        if ends(in: Self.lineEndings) {
            self = .jsonLines
        } else if ends(in: Self.textEndings) {
            self = .text
        } else if ends(in: Self.arrayEndings) {
            self = compression == nil ? .tokens : .binary
        } else if ends(in: Self.binaryEndings) {
            self = .binary
        } else {
            self = .unknown(isCompressed: compression != nil)
        }
    }

    /// Whether a file is taken as a document of a folder of text. Sources, notes and the like have any name.
    var isTextInFolder: Bool { self == .text || self == .unknown(isCompressed: false) }
}
