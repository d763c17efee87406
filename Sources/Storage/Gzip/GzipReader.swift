import CZlib
import SystemPackage

/// Reads a `.gz` file from its beginning to its end, a piece at a time, with memory that does not grow with the file.
///
/// One member or several one after another, as `gzip`, `bgzip` and concatenation write them; zeros may fill up the end. Each member's
/// checksum and length are verified. Not for several threads at once.
public final class GzipReader: CompressedReader {
    /// The compressed file.
    public let path: FilePath
    /// How far into the compressed file reading has come; for progress and messages.
    public private(set) var compressedOffset = 0
    /// Bytes of the compressed file.
    public var compressedCount: Int { file.bytes.count }

    private let file: MappedFile
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInMember = false
    /// Zlib counts in 32 bits: longer buffers go in pieces.
    private static let piece = 1 << 30

    /// Opens a file.
    ///
    /// - Throws: A `StorageError` when it is missing, empty or does not begin as gzip data do.
    public init(_ path: FilePath) throws {
        self.path = path
        file = try MappedFile(path)
        file.advise(.sequential)
        guard file.bytes.starts(with: [0x1F, 0x8B]) else {
            throw StorageError.corrupt(path, offset: 0, problem: file.bytes.isEmpty ? "the file is empty" : "not gzip data")
        }
        stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15: the largest window there is; 16 more: gzip's header and trailer, and no other's.
        guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            throw StorageError.badCompression(problem: "zlib cannot start")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Reads into a buffer and fills it unless the end comes first.
    ///
    /// - Returns: Bytes read; 0 only at the end (or for an empty buffer).
    /// - Throws: `StorageError.corrupt` with the byte of the compressed file where the data are invalid or cut off.
    public func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let source = file.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let room = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return 0 }
        var produced = 0
        while produced < target.count {
            if !isInMember {
                guard try beginMember() else { break }
            }
            let input = min(Self.piece, file.bytes.count - compressedOffset)
            let output = min(Self.piece, target.count - produced)
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source + compressedOffset)
            stream.pointee.avail_in = UInt32(input)
            stream.pointee.next_out = room + produced
            stream.pointee.avail_out = UInt32(output)
            let result = inflate(stream, Z_NO_FLUSH)
            let used = input - Int(stream.pointee.avail_in)
            let made = output - Int(stream.pointee.avail_out)
            compressedOffset += used
            produced += made
            if result == Z_STREAM_END {
                isInMember = false
            } else if result != Z_OK && result != Z_BUF_ERROR {
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(result)"
                throw StorageError.corrupt(path, offset: compressedOffset, problem: "invalid gzip data (\(reason))")
            } else if used == 0 && made == 0 {
                throw StorageError.corrupt(path, offset: compressedOffset, problem: "the gzip data are cut off")
            }
        }
        return produced
    }

    /// Goes to the next member.
    ///
    /// - Returns: whether there is one.
    /// - Throws: `StorageError.corrupt` where something else follows.
    private func beginMember() throws -> Bool {
        if compressedOffset > 0 {
            while compressedOffset < file.bytes.count, file.bytes[compressedOffset] == 0 { compressedOffset += 1 }
        }
        guard compressedOffset < file.bytes.count else { return false }
        guard file.bytes[compressedOffset...].starts(with: [0x1F, 0x8B]) else {
            throw StorageError.corrupt(path, offset: compressedOffset, problem: "after the gzip data something else follows")
        }
        inflateReset(stream)
        isInMember = true
        return true
    }
}
