import CZlib

/// The checksum of zip, gzip and zlib (`zlib.crc32` in Python): tells content that another program has seen from other content. No proof
/// against intent; that is `Digest`.
public enum CRC32 {
    /// The checksum of some bytes.
    ///
    /// - Parameter after: the checksum of what stands before them.
    public static func checksum(_ bytes: UnsafeRawBufferPointer, after: UInt32 = 0) -> UInt32 {
        // A null pointer asks zlib for its starting value in the place of a checksum.
        guard let start = bytes.baseAddress else { return after }
        return UInt32(truncatingIfNeeded: crc32_z(UInt(after), start.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
