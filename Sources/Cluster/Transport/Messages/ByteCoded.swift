import Storage

/// A body that travels as bytes of its own, because it comes so often that reading JSON would be most of the work.
protocol ByteCoded: Sendable {
    /// Reads it from bytes that nobody vouches for.
    ///
    /// - Throws: `StorageError.corrupt`.
    init(from reader: inout ByteReader) throws
    /// Writes it.
    func encode(to bytes: inout LittleEndianBytes)
}
