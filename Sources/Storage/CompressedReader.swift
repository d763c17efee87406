import SystemPackage

/// Reads a compressed file from its beginning to its end, a piece at a time, with memory that does not grow with the file. Not for several
/// threads at once.
public protocol CompressedReader: AnyObject {
    /// The compressed file.
    var path: FilePath { get }
    /// How far into the compressed file reading has come; for progress and messages.
    var compressedOffset: Int { get }
    /// Bytes of the compressed file.
    var compressedCount: Int { get }

    /// Reads into a buffer and fills it unless the end comes first.
    ///
    /// - Returns: Bytes read; 0 only at the end (or for an empty buffer).
    /// - Throws: `StorageError.corrupt` with the byte of the compressed file where the data are invalid or cut off.
    func read(into target: UnsafeMutableRawBufferPointer) throws -> Int
}

extension CompressedReader {
    /// Reads the next bytes: exactly `count` unless the end comes first, none at the end.
    ///
    /// - Throws: `StorageError.corrupt` with the byte of the compressed file where the data are invalid or cut off.
    public func read(upTo count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { target, read in
            read = try self.read(into: UnsafeMutableRawBufferPointer(start: target.baseAddress, count: count))
        }
    }
}
