import Storage
import SystemPackage

/// Which combination of labels each token of a packed corpus has, `[rows, context]`: numbers into a table of combinations.
///
/// The numbers are those of a `.npy` file, which is mapped, or of an array in memory.
public final class LabelRows: Sendable {
    /// How many rows there are.
    public let rowCount: Int
    /// Tokens a row.
    public let context: Int
    /// SHA-256 over the numbers, whatever the width that they are stored in.
    public let digest: Digest
    private let rows: IntegerRows

    /// Numbers of an array, each of which is looked at once: whoever reads rows may index by them.
    ///
    /// - Parameter combinations: numbers are below it.
    /// - Throws: `CorpusError.brokenLabels`.
    init(_ array: NumpyArray, combinations: Int) throws {
        func broken(_ reason: String) -> CorpusError { .brokenLabels(path: array.path.string, reason: reason) }
        guard array.shape.count == 2, array.shape.allSatisfy({ $0 > 0 }) else {
            throw broken("'combination' has shape \(array.shape) in place of [rows, context]")
        }
        guard let rows = IntegerRows(array) else { throw broken("'combination' is \(array.dtype.name), neither uint16 nor int32") }
        self.rows = rows
        (rowCount, context) = (rows.rowCount, rows.context)
        // As of tokens, with no domain.
        var found: CorpusDigest? = CorpusDigest()
        if let place = rows.firstNumber(outside: combinations, hashing: &found) {
            throw broken("row \(place.row), token \(place.column) has combination \(place.number), the table has \(combinations)")
        }
        digest = (found ?? CorpusDigest()).finalize(context: context, names: [])
        forgetPages()
    }

    /// Maps what `write(to:)` wrote.
    ///
    /// - Parameter combinations: numbers are below it.
    /// - Throws: `CorpusError.brokenLabels`, a `StorageError`.
    public static func open(_ path: FilePath, combinations: Int) throws -> LabelRows {
        try LabelRows(NumpyArray(mapping: path), combinations: combinations)
    }

    /// Writes the numbers as a `.npy` file, durably and in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws { try rows.write(to: path, on: files) }

    /// Copies the numbers of a row.
    ///
    /// - Parameter target: `context` numbers.
    public func labels(ofRow row: Int, into target: UnsafeMutablePointer<Int32>) {
        precondition((0..<rowCount).contains(row), "a row outside the labels")
        rows.copy(row: row, into: target)
    }

    /// The numbers of a row.
    public func labels(ofRow row: Int) -> [Int32] {
        precondition((0..<rowCount).contains(row), "a row outside the labels")
        return rows.row(row)
    }

    /// Gives back the memory of a mapped file that was read.
    public func forgetPages() { rows.forgetPages() }
}
