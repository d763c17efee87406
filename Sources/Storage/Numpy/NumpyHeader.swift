import SystemPackage

/// The beginning of a `.npy` file: what numbers follow, and in what shape (numpy's NEP 1).
struct NumpyHeader {
    /// `\x93NUMPY`
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Data begin at a multiple of this, as numpy writes them, so that a memory map is aligned for vector loads.
    static let alignment = 64

    let type: NumpyType
    let shape: [Int]
    /// Where the numbers begin.
    let dataOffset: Int
    /// Bytes of all numbers.
    let dataCount: Int

    /// Reads a header.
    ///
    /// - Throws: `StorageError.corrupt`, or `.unsupported` for Fortran order, big-endian, structured and other types, by name.
    init(_ bytes: UnsafeRawBufferPointer, of path: FilePath) throws {
        let fields = try NumpyHeaderFields(bytes, of: path)
        let (description, shape) = (fields.description, fields.shape)
        guard let type = NumpyType(rawValue: description) ?? NumpyType(rawValue: "|" + description.dropFirst()) else {
            let kind =
                description.hasPrefix(">")
                ? "big-endian numbers ('\(description)'; array.astype('<\(description.dropFirst())') makes the others)"
                : "the type '\(description)'"
            throw StorageError.unsupported(path, what: kind)
        }
        try fields.checkOrder(path)
        guard let count = Self.byteCount(of: shape, type) else {
            throw StorageError.corrupt(path, offset: bytes[6] == 1 ? 10 : 12, problem: "the shape \(shape) is larger than any file")
        }
        self.type = type
        self.shape = shape
        dataOffset = fields.dataOffset
        dataCount = count
    }

    /// Bytes of an array, or nil when they cannot be counted.
    static func byteCount(of shape: [Int], _ type: NumpyType) -> Int? { byteCount(of: shape, itemBytes: type.byteCount) }

    /// Bytes of an array whose entries have so many each, or nil when they cannot be counted.
    static func byteCount(of shape: [Int], itemBytes: Int) -> Int? {
        var count = itemBytes
        // Lengths of 0 last: they must not hide an overflow.
        for length in shape.sorted(by: >) {
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            if overflow || length < 0 { return nil }
            count = product
        }
        return count
    }

    /// A header of version 1.
    ///
    /// - Parameter length: At least that many bytes, filled up with blanks: room for a shape that is known later.
    static func encode(_ type: NumpyType, shape: [Int], length: Int = 0) -> [UInt8] {
        let axes = shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
        let text = Array("{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': \(axes), }".utf8)
        let needed = max(magic.count + 4 + text.count + 1, length)
        let total = (needed + alignment - 1) / alignment * alignment
        let rest = total - magic.count - 4
        var header = magic + [1, 0, UInt8(rest & 255), UInt8(rest >> 8)] + text
        header += [UInt8](repeating: UInt8(ascii: " "), count: total - header.count - 1)
        return header + [UInt8(ascii: "\n")]
    }
}
