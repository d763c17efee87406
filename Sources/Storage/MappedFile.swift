import Glibc
import SystemPackage

/// A file as bytes in memory, read on first touch by the operating system; read-only.
///
/// The file must not be shortened while it is mapped: files of this program never are, they are replaced.
public final class MappedFile: Sendable {
    /// How the bytes are going to be touched.
    public enum Access: Sendable {
        /// From the beginning to the end.
        case sequential
        /// Soon, all of them.
        case soon
        /// Not again soon: their memory may be given back.
        case done
    }

    /// Where the file was when it was mapped.
    public let path: FilePath
    /// The whole content; valid as long as this object, which must therefore be kept: `try MappedFile(path).bytes` dangles at once.
    /// Prefer `withBytes` where a function's end is soon enough.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    /// Maps a file.
    ///
    /// - Parameter most: The bytes of the largest file that is taken, for files that are made into values many times their size.
    /// - Throws: A `StorageError` when the file is missing, not readable, not an ordinary file, or larger than `most`.
    public init(_ path: FilePath, most: Int = .max) throws {
        self.path = path
        // Without waiting: a pipe that nobody writes to would keep its reader for ever. For ordinary files it changes nothing.
        let descriptor = try LocalFiles.call(.open, path) { open(path.string, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        defer { close(descriptor) }
        var status = stat()
        try LocalFiles.call(.read, path) { fstat(descriptor, &status) }
        if let kind = FileKind(mode: status.st_mode) {
            throw StorageError.unsupported(path, what: "a \(kind.rawValue) in the place of a file")
        }
        let count = Int(status.st_size)
        guard count <= most else { throw StorageError.tooLarge(path, bytes: count, most: most) }
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            throw StorageError(Errno(rawValue: errno), .map, path, bytes: count)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    /// What Linux maps around a page that is touched: 64 KiB, unless it is told otherwise, and since 6.18 all of the folio that the page
    /// lies in, of 2 MiB at most.
    private static let aroundBytes = 2 << 20
    /// A file of so few bytes is no burden on memory while it is mapped.
    private static let fewBytes = 64 << 10
    private static let pageBytes = max(1, sysconf(Int32(_SC_PAGESIZE)))

    /// Calls `body` with the whole content, which is valid until it returns.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(bytes) }
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    /// Bytes that `forEachPiece` keeps in memory at a time: long enough that giving them back does not show beside reading them.
    public static let pieceBytes = 4 << 20

    /// Reads a part of the file from its beginning to its end, and gives the memory back behind: what is resident of a file of any size is
    /// one piece for each thread that reads.
    ///
    /// - Parameter body: is given one piece after the other, each of `pieceBytes` but the last, valid until it returns.
    /// - Throws: what `body` throws.
    public func forEachPiece(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try withExtendedLifetime(self) {
            var start = range.lowerBound
            while start < range.upperBound {
                let piece = start..<min(start + Self.pieceBytes, range.upperBound)
                defer { advise(.done, piece) }
                try body(UnsafeRawBufferPointer(rebasing: bytes[piece]))
                start = piece.upperBound
            }
        }
    }

    /// Tells the operating system how the bytes are going to be touched; never changes what they are.
    ///
    /// - Parameter range: which bytes; nil: all. Others on the same pages may be read again from the file when they are touched next.
    public func advise(_ access: Access, _ range: Range<Int>? = nil) {
        guard let base = bytes.baseAddress else { return }
        var range = range ?? 0..<bytes.count
        guard !range.isEmpty else { return }
        // A page that is touched brings its neighbours along.
        if case .done = access {
            // Giving pages back interrupts all threads: a few are given back with the file.
            guard bytes.count > Self.fewBytes else { return }
            range = max(0, range.lowerBound - Self.aroundBytes)..<min(bytes.count, range.upperBound + Self.aroundBytes)
        }
        // The system takes whole pages only.
        let first = range.lowerBound / Self.pageBytes * Self.pageBytes
        let advice =
            switch access {
            case .sequential: MADV_SEQUENTIAL
            case .soon: MADV_WILLNEED
            case .done: MADV_DONTNEED
            }
        madvise(UnsafeMutableRawPointer(mutating: base + first), range.upperBound - first, Int32(advice))
    }
}
