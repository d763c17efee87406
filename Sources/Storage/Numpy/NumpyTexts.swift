import SystemPackage

/// An array of texts as numpy stores it: `<U12`, twelve Unicode scalars of 32 bits each, filled up with zeros at the end.
public struct NumpyTexts: Sendable, Equatable {
    /// Lengths of its axes, the slowest first.
    public let shape: [Int]
    /// The texts.
    public let values: [String]

    /// Texts longer than this are refused: names are short, and a shape can claim any number of them.
    private static let longest = 4096

    /// How many scalars a type's texts have; nil for any other type.
    static func length(of description: String) -> Int? {
        guard description.hasPrefix("<U") || description.hasPrefix("|U") else { return nil }
        return Int(description.dropFirst(2)).flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Reads a `.npy` file.
    ///
    /// - Returns: nil where it holds something other than texts.
    /// - Throws: A `StorageError`: the file is missing or damaged.
    public init?(mapping path: FilePath) throws {
        let file = try MappedFile(path)
        let texts = try file.withBytes { bytes in
            Self.length(of: try NumpyHeaderFields(bytes, of: path).description) == nil ? nil : try NumpyTexts(bytes, path: path)
        }
        guard let texts else { return nil }
        self = texts
    }

    /// Reads a whole `.npy` file's content.
    ///
    /// - Throws: `StorageError.corrupt`, or `.unsupported` for what is no array of texts.
    init(_ content: UnsafeRawBufferPointer, path: FilePath) throws {
        let header = try NumpyHeaderFields(content, of: path)
        guard let length = Self.length(of: header.description) else {
            throw StorageError.unsupported(path, what: "the type '\(header.description)' in the place of texts")
        }
        guard length <= Self.longest else { throw StorageError.unsupported(path, what: "texts of \(length) characters") }
        try header.checkOrder(path)
        let found = content.count - header.dataOffset
        // Of texts without any character no bytes tell how many there are.
        guard length > 0, let bytes = NumpyHeader.byteCount(of: header.shape, itemBytes: 4 * length), bytes == found else {
            throw StorageError.corrupt(
                path, offset: header.dataOffset, problem: "shape \(header.shape) of texts of \(length) does not take \(found) bytes")
        }
        shape = header.shape
        values = try (0..<found / (4 * length)).map { index in
            let start = header.dataOffset + index * 4 * length
            var text = String.UnicodeScalarView()
            var blanks = 0
            for place in 0..<length {
                let offset = start + 4 * place
                let value = UInt32(littleEndian: content.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                if value == 0 {
                    blanks += 1
                    continue
                }
                guard blanks == 0, let scalar = Unicode.Scalar(value) else {
                    throw StorageError.corrupt(path, offset: offset, problem: "text \(index) is no Unicode")
                }
                text.append(scalar)
            }
            return String(text)
        }
    }
}
