import Storage
import SystemPackage

/// Rows of small whole numbers, `[rows, context]`, as a `.npy` file has them: uint16, or int32 where that is too narrow.
struct IntegerRows: Sendable {
    /// The numbers of all rows, row after row, in the width that they are stored in.
    private enum Numbers {
        case narrow(UnsafePointer<UInt16>)
        case wide(UnsafePointer<Int32>)
    }

    /// A number and where it stands.
    struct Place {
        let row: Int
        let column: Int
        let number: Int32
    }

    /// How many rows there are.
    let rowCount: Int
    /// Numbers a row.
    let context: Int
    private let array: NumpyArray
    /// Into `array`, which lives as long as this value.
    private nonisolated(unsafe) let numbers: Numbers

    /// Numbers that are read before their memory is given back, a power of two: long enough for that not to show.
    private static let piece = 1 << 22

    /// The rows of an array with two axes; nil where its numbers are of another type, or there are none.
    init?(_ array: NumpyArray) {
        guard array.shape.count == 2, array.count > 0, let base = array.bytes.baseAddress else { return nil }
        switch array.dtype {
        case .uint16: numbers = .narrow(base.assumingMemoryBound(to: UInt16.self))
        case .int32: numbers = .wide(base.assumingMemoryBound(to: Int32.self))
        default: return nil
        }
        self.array = array
        (rowCount, context) = (array.shape[0], array.shape[1])
    }

    /// Rows that are read before their memory is given back.
    var rowsOfPiece: Int { max(1, Self.piece / context) }

    /// Gives back the memory of a mapped file that was read.
    func forgetPages() { array.forgetPages() }

    /// Copies a row.
    ///
    /// - Parameter target: `context` numbers.
    @inline(__always)
    func copy(row: Int, into target: UnsafeMutablePointer<Int32>) {
        switch numbers {
        case .narrow(let all):
            let start = all + row * context
            for i in 0..<context { target[i] = Int32(start[i]) }
        case .wide(let all): target.update(from: all + row * context, count: context)
        }
    }

    /// The numbers of a row.
    func row(_ row: Int) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: context) { buffer, count in
            if let base = buffer.baseAddress { copy(row: row, into: base) }
            count = context
        }
    }

    /// The number at a place, counted over all rows.
    private subscript(place: Int) -> Int32 {
        switch numbers {
        case .narrow(let all): Int32(all[place])
        case .wide(let all): all[place]
        }
    }

    /// The first number that is negative or not below `limit`; nil when there is none.
    ///
    /// The highest of a run of numbers first, without a branch for each, and only in a run that has such a number where it is: opening a
    /// corpus costs little more than reading it. Of rows of any size no more is resident than some pieces.
    ///
    /// - Parameter digest: takes the numbers on the way, where there is one: whoever wants both reads the rows once.
    func firstNumber(outside limit: Int, hashing digest: inout CorpusDigest?) -> Place? {
        // Half a megabyte at most: the second look finds it in the cache.
        let run = 1 << 17
        let count = rowCount * context
        let bound = UInt32(clamping: limit)
        for start in stride(from: 0, to: count, by: run) {
            let places = start..<min(start + run, count)
            var highest: UInt32 = 0
            switch numbers {
            case .narrow(let all): for place in places { highest = max(highest, UInt32(all[place])) }
            // A negative number is above every other as an unsigned one.
            case .wide(let all): for place in places { highest = max(highest, UInt32(bitPattern: all[place])) }
            }
            if highest >= bound, let place = places.first(where: { UInt32(bitPattern: self[$0]) >= bound }) {
                return Place(row: place / context, column: place % context, number: self[place])
            }
            // The digest is of 32-bit numbers whatever the width on disk.
            switch numbers {
            case _ where digest == nil: break
            case .narrow(let all): places.map { Int32(all[$0]) }.withUnsafeBufferPointer { digest?.update(tokens: $0) }
            case .wide(let all): digest?.update(tokens: UnsafeBufferPointer(start: all + start, count: places.count))
            }
            if places.upperBound % Self.piece == 0 { array.forgetPages() }
        }
        return nil
    }

    /// Writes the rows as a `.npy` file in the width that they have, durably and in one step.
    ///
    /// - Throws: a `StorageError`.
    func write(to path: FilePath, on files: some FileLayer) throws {
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
}
