import Storage
import SystemPackage

/// An array of token ids whose rows are the rows of the corpus: a `.npy`, which is mapped, or `tokens` of a `.npz`, which is in memory.
struct TokenRows {
    let path: FilePath
    let count: Int
    let context: Int
    private let array: NumpyArray
    private let ids: IntegerArray

    /// Tokens that are read before their memory is given back: long enough for that not to show.
    private static let piece = 1 << 22

    static let arrayName = "tokens"

    /// - Parameter context: the configured context; nil for whatever the array has.
    init(_ path: FilePath, context: Int?) throws {
        let array = try Self.array(path)
        guard array.shape.count == 2, array.dtype.isInteger else {
            throw CorpusError.notTokenRows(path: path.string, found: "\(array.dtype.name) \(array.shape)")
        }
        guard array.shape[0] > 0, array.shape[1] > 0 else {
            throw CorpusError.emptyArray(path: path.string, shape: array.shape)
        }
        if let context, array.shape[1] != context {
            throw CorpusError.otherRowLength(path: path.string, width: array.shape[1], context: context)
        }
        self.path = path
        count = array.shape[0]
        self.context = array.shape[1]
        self.array = array
        ids = try IntegerArray(array)
    }

    private static func array(_ path: FilePath) throws -> NumpyArray {
        guard CorpusSource.isArchive(path) else { return try NumpyArray(mapping: path) }
        let archive = try NumpyArchiveReader(path)
        guard let array = try archive.array(arrayName) else {
            throw CorpusError.notTokenRows(
                path: path.string, found: "an archive without '\(arrayName)', of \(archive.names.map { "'\($0)'" }.joined(separator: ", "))"
            )
        }
        return array
    }

    /// Checks all ids: none is negative or outside the vocabulary.
    ///
    /// - Returns: the highest id, and the id that all rows begin with, if it is one and the same.
    func check(vocabularySize: Int?) throws -> (highest: Int32, beginningOfRow: Int32?) {
        let limit = Int64(vocabularySize ?? TokenizerDefinition.idLimit)
        var highest: Int64 = 0
        var first: Int64? = ids[0]
        for row in 0..<count {
            forgetPages(before: row)
            for column in 0..<context {
                let id = ids[row * context + column]
                guard (0..<limit).contains(id) else {
                    let id = ids.exact(row * context + column)
                    if let vocabularySize {
                        throw CorpusError.tokenOutsideVocabulary(
                            path: path.string, row: row, column: column, id: id, vocabularySize: vocabularySize)
                    }
                    throw CorpusError.impossibleToken(path: path.string, row: row, column: column, id: id)
                }
                highest = max(highest, id)
            }
            if ids[row * context] != first { first = nil }
        }
        return (Int32(highest), first.map { Int32($0) })
    }

    /// Calls `body` with each row; `check` has seen that all ids fit.
    func readRows(_ body: (_ row: Int, _ ids: UnsafeBufferPointer<Int32>) throws -> Void) rethrows {
        var buffer = [Int32](repeating: 0, count: context)
        for row in 0..<count {
            forgetPages(before: row)
            for column in 0..<context { buffer[column] = Int32(truncatingIfNeeded: ids[row * context + column]) }
            try buffer.withUnsafeBufferPointer { try body(row, $0) }
        }
    }

    /// Of an array of any size no more than a piece is resident while it is read row after row.
    private func forgetPages(before row: Int) {
        if row % max(1, Self.piece / context) == 0 { array.forgetPages() }
    }
}
