import CZlib

/// Decompression of raw deflate data, as zip archives hold them.
enum Inflate {
    /// Fills `target` exactly.
    ///
    /// - Returns: Whether `source` was one valid stream of exactly that length.
    /// - Throws: `StorageError.badCompression` when zlib has no memory.
    static func fill(_ target: UnsafeMutableRawBufferPointer, from source: UnsafeRawBufferPointer) throws -> Bool {
        try fill(target, from: source, isWhole: true)
    }

    /// Fills `target` with the beginning of what a stream holds, which may go on behind it.
    ///
    /// - Returns: Whether `source` begins validly, with at least that many bytes.
    /// - Throws: `StorageError.badCompression` when zlib has no memory.
    static func fill(_ target: UnsafeMutableRawBufferPointer, fromBeginningOf source: UnsafeRawBufferPointer) throws -> Bool {
        try target.isEmpty || fill(target, from: source, isWhole: false)
    }

    private static func fill(_ target: UnsafeMutableRawBufferPointer, from source: UnsafeRawBufferPointer, isWhole: Bool) throws -> Bool {
        var stream = z_stream()
        // Negative window bits: no zlib header around the data.
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw StorageError.badCompression(problem: "zlib cannot start")
        }
        defer { inflateEnd(&stream) }
        var consumed = 0
        var produced = 0
        // Zlib counts in 32 bits: larger arrays go in pieces.
        let piece = 1 << 30
        var spare: UInt8 = 0
        return withUnsafeMutablePointer(to: &spare) { spare in
            while true {
                let input = min(piece, source.count - consumed)
                let output = min(piece, target.count - produced)
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))?.advanced(
                    by: consumed)
                stream.avail_in = UInt32(input)
                // When the target is full the end of the stream still has to be read; one byte of room shows data too many.
                stream.next_out = output > 0 ? target.baseAddress?.assumingMemoryBound(to: UInt8.self).advanced(by: produced) : spare
                stream.avail_out = UInt32(max(output, 1))
                let room = Int(stream.avail_out)
                let result = inflate(&stream, Z_NO_FLUSH)
                let used = input - Int(stream.avail_in)
                let made = room - Int(stream.avail_out)
                consumed += used
                if output > 0 { produced += made } else if made > 0 { return false }
                if !isWhole, produced == target.count { return true }
                if result == Z_STREAM_END { return produced == target.count && consumed == source.count }
                guard result == Z_OK, used + made > 0 else { return false }
            }
        }
    }
}
