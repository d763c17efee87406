import CZstd

/// Compression of blocks in memory with zstd.
public enum Zstd {
    /// Compresses bytes into one frame.
    ///
    /// - Parameters:
    ///   - raw: What to compress.
    ///   - level: 1 (fast) to 19 (small).
    /// - Throws: `StorageError.badCompression` when zstd has no memory.
    public static func compress(_ raw: UnsafeRawBufferPointer, level: Int = 1) throws -> [UInt8] {
        let bound = ZSTD_compressBound(raw.count)
        return try [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            count = try checked(ZSTD_compress(target.baseAddress, bound, raw.baseAddress, raw.count, Int32(level)))
        }
    }

    /// Compresses bytes into one frame.
    public static func compress(_ bytes: [UInt8], level: Int = 1) throws -> [UInt8] {
        try bytes.withUnsafeBytes { try compress($0, level: level) }
    }

    /// Decompresses what must come to exactly `count` bytes, so that damaged or hostile data never asks for more memory than expected.
    ///
    /// - Throws: `StorageError.badCompression` when the data is damaged or comes to another length.
    public static func decompress(_ raw: UnsafeRawBufferPointer, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { target, written in
            try decompress(raw, into: UnsafeMutableRawBufferPointer(start: target.baseAddress, count: count))
            written = count
        }
    }

    /// Decompresses what must come to exactly `count` bytes.
    public static func decompress(_ bytes: [UInt8], count: Int) throws -> [UInt8] {
        try bytes.withUnsafeBytes { try decompress($0, count: count) }
    }

    /// Decompresses what must fill `target` exactly.
    ///
    /// - Throws: `StorageError.badCompression` when the data is damaged or comes to another length; `target` is then undefined.
    public static func decompress(_ raw: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws {
        let written = try checked(ZSTD_decompress(target.baseAddress, target.count, raw.baseAddress, raw.count))
        guard written == target.count else {
            throw StorageError.badCompression(problem: "\(written) bytes where \(target.count) were expected")
        }
    }

    private static func checked(_ result: Int) throws -> Int {
        guard ZSTD_isError(result) == 0 else { throw StorageError.badCompression(problem: String(cString: ZSTD_getErrorName(result))) }
        return result
    }
}
