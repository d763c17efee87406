import CZstd
import SystemPackage

/// Reads a `.zst` file from its beginning to its end, a piece at a time, with memory that does not grow with the file.
///
/// One frame or several one after another; checksums are verified where the file has them. Not for several threads at once.
public final class ZstdReader: CompressedReader {
    /// The compressed file.
    public let path: FilePath
    /// How far into the compressed file reading has come; for progress and messages.
    public private(set) var compressedOffset = 0
    /// Bytes of the compressed file.
    public var compressedCount: Int { file.bytes.count }

    /// Bytes that zstd is given at a time: what is invalid is known to lie in them. 128 KB: what zstd itself recommends, the most of a block.
    private static let piece = 131_072

    /// What zstd answers for a frame that looks back further than 128 MiB; the numbers of its errors stay what they are since version 1.4.
    private static let windowTooLarge = -16

    private let file: MappedFile
    private let stream: OpaquePointer
    private var isInFrame = false

    /// Opens a file.
    ///
    /// - Throws: A `StorageError` when it is missing, empty or does not begin as zstd data do.
    public init(_ path: FilePath) throws {
        self.path = path
        file = try MappedFile(path)
        file.advise(.sequential)
        // Ordinary frames begin with 0xFD2FB528, skippable ones with 0x184D2A50 to 0x184D2A5F.
        var start = ByteReader(file.bytes, of: path)
        let magic = (try? start.next(UInt32.self)) ?? 0
        guard magic == 0xFD2F_B528 || magic & 0xFFFF_FFF0 == 0x184D_2A50 else {
            throw StorageError.corrupt(path, offset: 0, problem: file.bytes.isEmpty ? "the file is empty" : "not zstd data")
        }
        guard let stream = ZSTD_createDStream() else { throw StorageError.badCompression(problem: "zstd has no memory") }
        self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    /// Reads into a buffer and fills it unless the end comes first.
    ///
    /// - Returns: Bytes read; 0 only at the end (or for an empty buffer).
    /// - Throws: `StorageError.corrupt` with the byte of the compressed file where the data are cut off, or after which, within 128 KB or two,
    ///   they are invalid; `.unsupported` for a window of more than 128 MiB, which would be kept in memory.
    public func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let total = file.bytes.count
        var input = ZSTD_inBuffer(src: file.bytes.baseAddress, size: total, pos: compressedOffset)
        while output.pos < output.size {
            // A frame whose input is all consumed may still have output to give.
            guard input.pos < total || isInFrame else { break }
            input.size = min(total, input.pos + Self.piece)
            let before = (input.pos, output.pos)
            let result = ZSTD_decompressStream(stream, &output, &input)
            compressedOffset = input.pos
            guard result != Self.windowTooLarge else {
                throw StorageError.unsupported(
                    path, what: "a zstd window above 128 MiB (`zstd -d --long=31` unpacks it; pack it without --long)")
            }
            guard ZSTD_isError(result) == 0 else {
                throw StorageError.corrupt(
                    path, offset: compressedOffset, problem: "invalid zstd data (\(String(cString: ZSTD_getErrorName(result))))")
            }
            isInFrame = result != 0
            guard (input.pos, output.pos) != before else {
                throw StorageError.corrupt(path, offset: compressedOffset, problem: "the zstd data are cut off")
            }
        }
        return output.pos
    }
}
