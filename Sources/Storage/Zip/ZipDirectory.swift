import SystemPackage

/// The list of entries of a zip archive, as far as `.npz` files and PyTorch's need it (APPNOTE.TXT of PKWARE): stored and deflated, zip64,
/// one disk.
///
/// Everything is checked against the file before anything is allocated: the list against the entries' own headers, so that two readers can
/// never see different contents in one archive, and that no two entries share bytes.
public struct ZipDirectory {
    /// One entry.
    public struct Entry: Sendable {
        /// Its name, with the folders before it.
        public let name: String
        /// Whether the content is compressed.
        public let isDeflated: Bool
        /// CRC-32 of the content as the archive says; not checked here.
        let checksum: UInt32
        /// Bytes of the content.
        public let count: Int
        /// Where the entry's own header begins.
        let offset: Int
        /// Where its bytes lie in the archive: the content itself, unless it is compressed.
        public let bytes: Range<Int>
    }

    static let localSignature: UInt32 = 0x0403_4b50
    static let centralSignature: UInt32 = 0x0201_4b50
    static let endSignature: UInt32 = 0x0605_4b50
    static let end64Signature: UInt32 = 0x0606_4b50
    static let locator64Signature: UInt32 = 0x0706_4b50
    /// Length of the record at the end, without its comment.
    static let endCount = 22
    static let locator64Count = 20
    /// Length of an entry's own header, without its name.
    static let localCount = 30

    /// The most entries that an archive may have: as many as a checkpoint may have containers, and far more than there are tensors or
    /// arrays in one. Kept in memory they take some hundred bytes each, with their names.
    static let mostEntries = 1 << 18
    /// The most bytes of a list, 128 an entry: a name may have 64 kilobytes.
    static let longestList = mostEntries << 7

    /// The entries in the order of the list.
    public let entries: [Entry]

    /// Reads the list of an archive.
    ///
    /// - Parameter path: the archive, for messages.
    /// - Throws: `StorageError.corrupt` with the byte, or `.unsupported` for encryption, unusual compression, and lists of more
    ///   entries or bytes than ``mostEntries`` and ``longestList``.
    public init(_ bytes: UnsafeRawBufferPointer, of path: FilePath) throws {
        func corrupt(_ offset: Int, _ problem: String) -> StorageError { .corrupt(path, offset: offset, problem: problem) }
        guard let end = Self.end(of: bytes) else {
            throw corrupt(bytes.count, "not a zip archive, or cut off: its list of entries is missing")
        }
        var reader = ByteReader(bytes, of: path, at: end + 8)
        _ = try reader.next(UInt16.self)
        var count = UInt64(try reader.next(UInt16.self))
        var size = UInt64(try reader.next(UInt32.self))
        var start = UInt64(try reader.next(UInt32.self))
        var listEnd = end
        var locator = ByteReader(bytes, of: path, at: end - Self.locator64Count)
        if end >= Self.locator64Count, try locator.next(UInt32.self) == Self.locator64Signature {
            _ = try locator.next(UInt32.self)
            let position = try locator.next(UInt64.self)
            guard position < UInt64(end) else { throw corrupt(end, "the zip64 record lies outside the file") }
            var record = ByteReader(bytes, of: path, at: Int(position))
            guard try record.next(UInt32.self) == Self.end64Signature else { throw corrupt(Int(position), "no zip64 record") }
            _ = try record.take(28)
            let short = [(count, 0xFFFF), (size, 0xFFFF_FFFF), (start, 0xFFFF_FFFF)]
            count = try record.next(UInt64.self)
            size = try record.next(UInt64.self)
            start = try record.next(UInt64.self)
            // Both are there where a writer always makes both: they must say the same, or other readers see other entries.
            guard zip(short, [count, size, start]).allSatisfy({ $0.0 == $0.1 || $0.0 == $1 }) else {
                throw corrupt(Int(position), "the zip64 record contradicts the one at the end")
            }
            listEnd = Int(position)
        }
        guard start <= UInt64(listEnd), size == UInt64(listEnd) - start else {
            throw corrupt(end, "the list of entries does not lie before the record at the end")
        }
        // Whatever the size of the file, its list must not fill the memory.
        guard count <= UInt64(Self.mostEntries) else {
            throw StorageError.unsupported(path, what: "a zip archive of \(count) entries (the most are \(Self.mostEntries))")
        }
        guard size <= UInt64(Self.longestList) else {
            throw StorageError.unsupported(path, what: "a zip archive's list of \(size) bytes (the most are \(Self.longestList))")
        }
        // Each entry takes at least 46 bytes of the list.
        guard count <= size / 46 else { throw corrupt(end, "\(count) entries do not fit into a list of \(size) bytes") }
        var list = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[..<listEnd]), of: path, at: Int(start))
        let listed = try (0..<Int(count)).map { _ in try ZipListing(&list, fileCount: bytes.count, path: path) }
        guard list.remaining == 0 else { throw list.problem("\(list.remaining) bytes are left of the list of entries") }
        // Entries that share bytes would let a small file stand for any amount of memory.
        var ranges = [Range<Int>](repeating: 0..<0, count: listed.count)
        let order = listed.indices.sorted { listed[$0].offset < listed[$1].offset }
        for (place, index) in order.enumerated() {
            let entry = listed[index]
            let end = place + 1 < order.count ? listed[order[place + 1]].offset : Int(start)
            func overlap() -> StorageError { corrupt(entry.offset, "'\(entry.name)' overlaps what comes after it") }
            guard end - entry.offset >= Self.localCount + entry.storedCount else { throw overlap() }
            ranges[index] = try entry.content(in: bytes, path: path)
            guard ranges[index].upperBound <= end else { throw overlap() }
        }
        entries = zip(listed, ranges).map {
            Entry(
                name: $0.name, isDeflated: $0.isDeflated, checksum: $0.checksum, count: $0.count, offset: $0.offset, bytes: $1)
        }
    }

    /// Where the record at the end begins: the last signature whose comment ends with the file.
    private static func end(of bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= endCount else { return nil }
        let last = bytes.count - endCount
        for offset in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
        where UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) == endSignature {
            let comment = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 20, as: UInt16.self)))
            if offset + endCount + comment == bytes.count { return offset }
        }
        return nil
    }
}
