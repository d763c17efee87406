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
    private let array: NumpyArray
    /// Into `array`, which lives as long as this object.
    private nonisolated(unsafe) let numbers: PackedTokens

    /// Numbers of an array, each of which is looked at once: whoever reads rows may index by them.
    ///
    /// - Parameter combinations: numbers are below it.
    /// - Throws: `CorpusError.brokenLabels`.
    init(_ array: NumpyArray, combinations: Int) throws {
        func broken(_ reason: String) -> CorpusError { .brokenLabels(path: array.path.string, reason: reason) }
        guard array.shape.count == 2, array.shape.allSatisfy({ $0 > 0 }), let base = array.bytes.baseAddress else {
            throw broken("'combination' has shape \(array.shape) in place of [rows, context]")
        }
        switch array.dtype {
        case .uint16: numbers = .narrow(base.assumingMemoryBound(to: UInt16.self))
        case .int32: numbers = .wide(base.assumingMemoryBound(to: Int32.self))
        default: throw broken("'combination' is \(array.dtype.name), neither uint16 nor int32")
        }
        self.array = array
        (rowCount, context) = (array.shape[0], array.shape[1])
        // As of tokens, with no domain.
        var found: CorpusDigest? = CorpusDigest()
        if let place = numbers.firstID(outside: combinations, count: array.count, hashing: &found, forgetting: array) {
            throw broken(
                "row \(place / context), token \(place % context) has combination \(numbers[place]), the table has \(combinations)")
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
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        func write<Element: NumpyElement>(_ base: UnsafePointer<Element>) throws {
            try NumpyWriter.write(path, of: Element.self, rowShape: [context], on: files) { rows in
                for row in 0..<rowCount { try rows.append(UnsafeBufferPointer(start: base + row * context, count: context)) }
            }
        }
        switch numbers {
        case .narrow(let base): try write(base)
        case .wide(let base): try write(base)
        }
    }

    /// Copies the numbers of a row.
    ///
    /// - Parameter target: `context` numbers.
    public func labels(ofRow row: Int, into target: UnsafeMutablePointer<Int32>) {
        precondition((0..<rowCount).contains(row), "a row outside the labels")
        switch numbers {
        case .narrow(let all):
            let start = all + row * context
            for place in 0..<context { target[place] = Int32(start[place]) }
        case .wide(let all): target.update(from: all + row * context, count: context)
        }
    }

    /// The numbers of a row.
    public func labels(ofRow row: Int) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: context) { buffer, count in
            if let base = buffer.baseAddress { labels(ofRow: row, into: base) }
            count = context
        }
    }

    /// Gives back the memory of a mapped file that was read.
    public func forgetPages() { array.forgetPages() }
}
