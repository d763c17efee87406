import SystemPackage

/// A matrix of float32 or float16 in chunks, each a file of its own compressed with zstd.
///
/// Different chunks may be written from several threads and processes at once.
public struct ZarrArray: Sendable {
    /// Its name in the group.
    public let name: String
    /// Shape, chunks, kind of numbers, names of the axes.
    public let layout: ZarrLayout
    /// Where its chunks are.
    let folder: FilePath

    private let files: any FileLayer
    /// nil: this process owns the group.
    private let permit: WritePermit?

    init(name: String, layout: ZarrLayout, folder: FilePath, files: any FileLayer, permit: WritePermit? = nil) {
        self.name = name
        self.layout = layout
        self.folder = folder
        self.files = files
        self.permit = permit
    }

    /// Writes one chunk in one step.
    ///
    /// - Parameters:
    ///   - row: Which chunk, from the top.
    ///   - column: Which chunk, from the left.
    ///   - values: [rows of the chunk, columns of the chunk], row-major; at the edges only those that lie in the matrix.
    /// - Throws: A `StorageError`; what the permit throws that the group was joined with.
    public func writeChunk(row: Int, column: Int, _ values: UnsafeBufferPointer<Float>) throws {
        let rows = layout.rows(ofChunkRow: row).count
        let columns = layout.columns(ofChunkColumn: column).count
        precondition(values.count == rows * columns, "a chunk of \(rows) x \(columns) takes \(rows * columns) values, not \(values.count)")
        let compressed: [UInt8]
        if layout.element == .float32, rows == layout.rowsPerChunk, columns == layout.columnsPerChunk {
            compressed = try Zstd.compress(UnsafeRawBufferPointer(values), level: layout.level)
        } else {
            compressed = try Zstd.compress(padded(values, rows: rows, columns: columns), level: layout.level)
        }
        let path = path(ofChunkInRow: row, column: column)
        if let permit {
            try DurableFile.replace(path, with: compressed, on: files, permit)
        } else {
            try DurableFile.replace(path, with: compressed, on: files)
        }
    }

    /// Writes one chunk in one step.
    public func writeChunk(row: Int, column: Int, _ values: [Float]) throws {
        try values.withUnsafeBufferPointer { try writeChunk(row: row, column: column, $0) }
    }

    /// Whether a chunk has been written.
    public func hasChunk(row: Int, column: Int) -> Bool {
        Folder.holdsFile(path(ofChunkInRow: row, column: column))
    }

    /// The values of one chunk: [rows of the chunk, columns of the chunk], row-major; at the edges only those that lie in the matrix.
    ///
    /// - Throws: A `StorageError` when the chunk is missing or damaged.
    public func readChunk(row: Int, column: Int) throws -> [Float] {
        let path = path(ofChunkInRow: row, column: column)
        let count = layout.rowsPerChunk * layout.columnsPerChunk
        let bytes: [UInt8]
        do {
            bytes = try MappedFile(path).withBytes { try Zstd.decompress($0, count: count * layout.element.byteCount) }
        } catch StorageError.badCompression(let problem) {
            throw StorageError.corrupt(path, offset: nil, problem: problem)
        }
        let rows = layout.rows(ofChunkRow: row).count
        let columns = layout.columns(ofChunkColumn: column).count
        return bytes.withUnsafeBytes { raw in
            [Float](unsafeUninitializedCapacity: rows * columns) { target, written in
                for row in 0..<rows {
                    for column in 0..<columns { target[row * columns + column] = value(raw, at: row * layout.columnsPerChunk + column) }
                }
                written = rows * columns
            }
        }
    }

    /// One row of the matrix; each chunk that it goes through is read once.
    ///
    /// - Precondition: `row` is one of the matrix.
    /// - Throws: A `StorageError` when a chunk is missing or damaged.
    public func readRow(_ row: Int) throws -> [Float] {
        precondition((0..<layout.rows).contains(row), "a row outside the matrix")
        let chunkRow = row / layout.rowsPerChunk
        return try (0..<layout.chunkColumns).flatMap { column in
            let width = layout.columns(ofChunkColumn: column).count
            let start = row % layout.rowsPerChunk * width
            return try readChunk(row: chunkRow, column: column)[start..<start + width]
        }
    }

    func path(ofChunkInRow row: Int, column: Int) -> FilePath {
        folder.appending(Self.chunkName(row: row, column: column))
    }

    /// The name of a chunk's file in the array's folder.
    public static func chunkName(row: Int, column: Int) -> String { "\(row).\(column)" }

    private func value(_ raw: UnsafeRawBufferPointer, at index: Int) -> Float {
        switch layout.element {
        case .float32: Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
        case .float16: Float(Float16(bitPattern: UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))))
        }
    }

    /// A whole chunk as it is stored; what lies outside the matrix is NaN.
    private func padded(_ values: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> [UInt8] {
        let count = layout.rowsPerChunk * layout.columnsPerChunk
        let byteCount = layout.element.byteCount
        return [UInt8](unsafeUninitializedCapacity: count * byteCount) { bytes, written in
            let target = UnsafeMutableRawBufferPointer(bytes)
            for row in 0..<layout.rowsPerChunk {
                for column in 0..<layout.columnsPerChunk {
                    let value = row < rows && column < columns ? values[row * columns + column] : .nan
                    let index = row * layout.columnsPerChunk + column
                    switch layout.element {
                    case .float32: target.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
                    case .float16:
                        target.storeBytes(of: Float16(value).bitPattern.littleEndian, toByteOffset: 2 * index, as: UInt16.self)
                    }
                }
            }
            written = count * byteCount
        }
    }
}
