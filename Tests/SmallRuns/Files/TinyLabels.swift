import Storage
import SystemPackage

/// A tagger's labels of some rows, by a rule that a test can count by: what a token is has nothing to do with them.
public struct TinyLabels {
    /// What the labels are called.
    public static let names = ["part of speech NOUN", "part of speech VERB", "sentence end"]
    /// Which labels each of the four combinations has.
    public static let table: [[UInt8]] = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 1]]

    /// Token ids, `[rows, context]`.
    public var tokens: [Int32]
    /// Tokens a row.
    public var context: Int
    /// The combination of each token, `[rows, context]`.
    public var combinations: [Int32]
    /// The arrays of the archive that are something else; nil for one that is left out.
    public var replaced: [String: NumpyArchive.Entry?] = [:]

    /// Labels of rows; another seed gives others.
    public init(tokens: [Int32], context: Int, seed: Int = 0) {
        self.tokens = tokens
        self.context = context
        combinations = tokens.indices.map { Self.combination(ofToken: $0, seed: seed) }
    }

    /// The combination of the token at a place, counted over all rows.
    public static func combination(ofToken place: Int, seed: Int = 0) -> Int32 {
        let mixed = UInt64(place + 1 + seed * 7_919) &* 0x9E37_79B9_7F4A_7C15
        return Int32((mixed >> 40) % UInt64(table.count))
    }

    /// Whether a label holds for the token at a place.
    public func holds(_ label: Int, ofToken place: Int) -> Bool { Self.table[Int(combinations[place])][label] == 1 }

    /// Writes `labels.npz`.
    public func write(to path: FilePath) throws {
        let rows = tokens.count / context
        let checksums = (0..<rows).map { row in
            tokens[row * context..<(row + 1) * context].map(\.littleEndian).withUnsafeBytes { CRC32.checksum($0) }
        }
        let entries = [
            NumpyArchive.Entry("combination", combinations, shape: [rows, context]),
            NumpyArchive.Entry("features", Self.table.flatMap { $0 }, shape: [Self.table.count, Self.names.count]),
            NumpyArchive.Entry("names", Array(Self.names.joined(separator: "\n").utf8)),
            NumpyArchive.Entry("row_crc", checksums),
            NumpyArchive.Entry("about", Array("tiny labels".utf8)),
        ]
        try NumpyArchive.write(path, entries.compactMap { replaced[$0.name] ?? $0 })
    }
}
