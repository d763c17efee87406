import SystemPackage

/// What the beginning of a `.npy` file says, of whatever type.
struct NumpyHeaderFields {
    /// The type, as numpy describes it.
    let description: String
    let isFortranOrder: Bool
    let shape: [Int]
    /// Where the entries begin.
    let dataOffset: Int

    /// - Throws: `StorageError.corrupt`, or `.unsupported` for a structured type or another version of the format.
    init(_ bytes: UnsafeRawBufferPointer, of path: FilePath) throws {
        func corrupt(_ offset: Int, _ problem: String) -> StorageError { .corrupt(path, offset: offset, problem: problem) }
        guard bytes.count >= 10, bytes.prefix(6).elementsEqual(NumpyHeader.magic) else { throw corrupt(0, "not a .npy file") }
        let version = bytes[6]
        guard (1...3).contains(version), bytes[7] == 0 else {
            throw StorageError.unsupported(path, what: ".npy version \(version).\(bytes[7])")
        }
        let start = version == 1 ? 10 : 12
        guard bytes.count >= start else { throw corrupt(bytes.count, "the header is cut off") }
        let length =
            version == 1
            ? Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self).littleEndian)
            : Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian)
        guard length <= bytes.count - start else { throw corrupt(bytes.count, "the header is cut off") }
        var literal = NumpyHeaderLiteral(UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]), offset: start, path: path)
        let fields = try literal.fields()
        guard let description = fields.description, let isFortran = fields.isFortranOrder, let shape = fields.shape else {
            throw corrupt(start, "the header must hold 'descr', 'fortran_order' and 'shape'")
        }
        self.description = description
        self.shape = shape
        isFortranOrder = isFortran
        dataOffset = start + length
    }

    /// Refuses Fortran order. With one long axis at most both orders are the same bytes; numpy then writes either.
    func checkOrder(_ path: FilePath) throws {
        guard isFortranOrder, shape.count(where: { $0 != 1 }) > 1 else { return }
        throw StorageError.unsupported(path, what: "Fortran order (numpy.ascontiguousarray makes the other)")
    }
}
