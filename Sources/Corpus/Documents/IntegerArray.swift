import Storage

/// The numbers of an integer `.npy` of any width, as 64-bit integers (larger ones as the largest).
struct IntegerArray {
    private let array: NumpyArray
    private let load: (UnsafeRawBufferPointer, Int) -> Int64

    /// - Throws: `CorpusError.notTokenRows` when the numbers are not integers.
    init(_ array: NumpyArray) throws {
        self.array = array
        func loader<Element: FixedWidthInteger & BitwiseCopyable>(_: Element.Type) -> (UnsafeRawBufferPointer, Int) -> Int64 {
            { bytes, index in Int64(clamping: bytes.load(fromByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)) }
        }
        switch array.dtype {
        case .int8: load = loader(Int8.self)
        case .uint8: load = loader(UInt8.self)
        case .int16: load = loader(Int16.self)
        case .uint16: load = loader(UInt16.self)
        case .int32: load = loader(Int32.self)
        case .uint32: load = loader(UInt32.self)
        case .int64: load = loader(Int64.self)
        case .uint64: load = loader(UInt64.self)
        default: throw CorpusError.notTokenRows(path: array.path.string, found: "an array of \(array.dtype.name)")
        }
    }

    subscript(index: Int) -> Int64 { load(array.bytes, index) }

    /// The number itself, also where 64 bits with a sign do not hold it: for messages.
    func exact(_ index: Int) -> Int128 {
        guard array.dtype == .uint64 else { return Int128(self[index]) }
        return Int128(array.bytes.load(fromByteOffset: index * MemoryLayout<UInt64>.stride, as: UInt64.self))
    }
}
