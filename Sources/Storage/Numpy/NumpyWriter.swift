import SystemPackage

/// Writes a `.npy` file row by row when the number of rows is known only at the end.
///
///     try NumpyWriter.write("tokens.npy", of: UInt16.self, rowShape: [context]) { rows in
///         try rows.append(row)
///     }
public struct NumpyWriter {
    /// Rows appended so far.
    public private(set) var rowCount = 0

    private let rowByteCount: Int
    private let type: NumpyType
    private var file: DurableFile.Writer

    private init(_ type: NumpyType, rowByteCount: Int, file: DurableFile.Writer) {
        self.type = type
        self.rowByteCount = rowByteCount
        self.file = file
    }

    /// Writes a file of shape [rows] + `rowShape` in one step.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must exist.
    ///   - element: The kind of numbers.
    ///   - rowShape: Shape of one row; empty when a row is a number.
    ///   - files: Where files are written.
    ///   - body: Appends the rows.
    /// - Throws: A `StorageError` or what `body` throws; the old file then stays.
    public static func write<Element: NumpyElement>(
        _ path: FilePath, of element: Element.Type, rowShape: [Int], on files: some FileLayer = LocalFiles(),
        _ body: (inout NumpyWriter) throws -> Void
    ) throws {
        let type = element.numpyType
        guard let rowByteCount = NumpyHeader.byteCount(of: rowShape, type) else {
            preconditionFailure("rows of shape \(rowShape) are larger than memory")
        }
        // Room for the largest number of rows there can be.
        let length = NumpyHeader.encode(type, shape: [Int.max] + rowShape).count
        try DurableFile.replace(path, on: files) { file in
            try file.write([UInt8](repeating: 0, count: length))
            var rows = NumpyWriter(type, rowByteCount: rowByteCount, file: file)
            try body(&rows)
            file = rows.file
            try file.overwrite(at: 0, NumpyHeader.encode(type, shape: [rows.rowCount] + rowShape, length: length))
        }
    }

    /// Writes an array that is in memory.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    public static func write<Element: NumpyElement>(
        _ values: [Element], shape: [Int], to path: FilePath, on files: some FileLayer = LocalFiles()
    ) throws {
        let type = Element.numpyType
        precondition(NumpyHeader.byteCount(of: shape, type) == values.count * type.byteCount, "the shape must fit the values")
        try DurableFile.replace(path, on: files) { file in
            try file.write(NumpyHeader.encode(type, shape: shape))
            try values.withUnsafeBytes { try file.write($0) }
        }
    }

    /// Appends one row or several.
    ///
    /// - Precondition: The numbers are of the writer's kind and make whole rows.
    public mutating func append<Element: NumpyElement>(_ rows: UnsafeBufferPointer<Element>) throws {
        precondition(Element.numpyType == type, "numbers of another kind")
        let raw = UnsafeRawBufferPointer(rows)
        precondition(rowByteCount > 0 && raw.count % rowByteCount == 0, "only whole rows can be appended")
        try file.write(raw)
        rowCount += raw.count / rowByteCount
    }

    /// Appends one row or several.
    ///
    /// - Precondition: The numbers are of the writer's kind and make whole rows.
    public mutating func append<Element: NumpyElement>(_ rows: [Element]) throws {
        try rows.withUnsafeBufferPointer { try append($0) }
    }
}
