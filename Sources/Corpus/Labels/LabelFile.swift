import Diagnostics
import Storage
import SystemPackage

/// What a tagger says of every token of a packed corpus: the `labels.npz` that `deploy/tag/tag.py` writes.
///
/// | array | what |
/// | --- | --- |
/// | `combination` | uint16 or int32 `[rows, context]`: each token's labels, as a number into the table of combinations |
/// | `features` | uint8 `[combinations, features]`, 0 or 1: which labels each combination is made of |
/// | `names` | uint8: what the labels are called, UTF-8, a line each |
/// | `row_crc` | uint32 `[rows]`: CRC-32 of the row's token ids as little-endian int32 |
///
/// Other arrays are left alone.
public struct LabelFile: Sendable {
    /// The file.
    public let path: FilePath
    /// What the labels are called; no two alike.
    public let names: [String]
    /// How many combinations of labels there are.
    public let combinations: Int
    /// `[combinations, names]`, 0 or 1.
    public let table: [UInt8]
    /// The combination of each token.
    public let rows: LabelRows
    private let checksums: [UInt32]

    /// More than any tagger has labels, or languages have combinations of them.
    private static let featureLimit = 1 << 12
    private static let combinationLimit = 1 << 24
    private static let nameByteLimit = 1 << 20

    /// Reads a file; `check` says whether it is of a corpus.
    ///
    /// - Throws: `CorpusError.unreadable` where there is none, `.brokenLabels` where its arrays are not these or contradict each other, a
    ///   `StorageError` where it is damaged.
    public init(_ path: FilePath) throws {
        try Self.checkExists(path)
        let archive = try NumpyArchiveReader(path)
        func broken(_ reason: String) -> CorpusError { .brokenLabels(path: path.string, reason: reason) }
        func array(_ name: String) throws -> NumpyArray {
            guard let array = try archive.array(name) else { throw broken("array '\(name)' is missing") }
            return array
        }
        let text = try array("names")
        guard text.dtype == .uint8, text.shape.count == 1, text.count <= Self.nameByteLimit else {
            throw broken("'names' is \(text.dtype.name) \(text.shape) in place of UTF-8 in uint8")
        }
        let names = String(decoding: try text.values(as: UInt8.self), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let features = try array("features")
        guard features.dtype == .uint8, features.shape.count == 2, features.shape[1] == names.count,
            (1...Self.combinationLimit).contains(features.shape[0]), (1...Self.featureLimit).contains(features.shape[1])
        else {
            throw broken(
                "'features' is \(features.dtype.name) \(features.shape) in place of uint8 [combinations, \(names.count)]")
        }
        let table = try features.values(as: UInt8.self)
        if let place = table.firstIndex(where: { $0 > 1 }) {
            throw broken("'features' has \(table[place]) for combination \(place / features.shape[1]), neither 0 nor 1")
        }
        if let name = names.first(where: { !Self.isName($0) }) { throw broken("'names' has \"\(name.printable(limit: 100))\"") }
        guard Set(names.map { Array($0.utf8) }).count == names.count else { throw broken("'names' has a name twice") }
        rows = try LabelRows(try array("combination"), combinations: features.shape[0])
        let checksums = try array("row_crc")
        guard checksums.dtype == .uint32, checksums.shape == [rows.rowCount] else {
            throw broken("'row_crc' is \(checksums.dtype.name) \(checksums.shape) in place of uint32 [\(rows.rowCount)]")
        }
        self.checksums = try checksums.values(as: UInt32.self)
        self.path = path
        self.names = names
        combinations = features.shape[0]
        self.table = table
    }

    /// Makes sure that there is a file, without reading it.
    ///
    /// - Throws: `CorpusError.unreadable`.
    public static func checkExists(_ path: FilePath) throws {
        guard try FileStatus(of: path).isFile else { throw CorpusError.unreadable(path: path.string, reason: "it is no file") }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.count <= 200 && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// Makes sure that the labels are those of a corpus: every row of it, in order, each of the tokens that were tagged.
    ///
    /// - Parameter stop: called now and then; what it throws ends the check.
    /// - Throws: `CorpusError.labelsOfOtherRows` for the first row with other tokens, `.labelsOfOtherShape`; what `stop` throws.
    public func check(against corpus: PackedCorpus, stop: () throws -> Void = {}) throws {
        guard rows.context == corpus.context else { throw otherShape(than: corpus) }
        defer { corpus.forgetPages() }
        var tokens = [Int32](repeating: 0, count: corpus.context)
        for row in 0..<min(rows.rowCount, corpus.rowCount) {
            if row % 1_024 == 0 {
                try stop()
                corpus.forgetPages()
            }
            let found = tokens.withUnsafeMutableBufferPointer { buffer in
                if let base = buffer.baseAddress { corpus.tokens(ofRow: row, into: base) }
                for place in buffer.indices { buffer[place] = buffer[place].littleEndian }
                return CRC32.checksum(UnsafeRawBufferPointer(buffer))
            }
            if found != checksums[row] {
                throw CorpusError.labelsOfOtherRows(path: path.string, row: row, domain: corpus.domains[corpus.domain(ofRow: row)])
            }
        }
        guard rows.rowCount == corpus.rowCount else { throw otherShape(than: corpus) }
    }

    private func otherShape(than corpus: PackedCorpus) -> CorpusError {
        .labelsOfOtherShape(
            path: path.string, found: [rows.rowCount, rows.context], corpus: [corpus.rowCount, corpus.context])
    }
}
