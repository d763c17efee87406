import SystemPackage

/// The list of entries of a zip archive, as far as `.npz` files need it (APPNOTE.TXT of PKWARE): stored and deflated, zip64, one disk.
///
/// Sizes and offsets are taken from the central directory only and are checked against the file before anything is allocated.
struct ZipDirectory {
    /// One entry.
    struct Entry {
        let name: String
        let isDeflated: Bool
        let checksum: UInt32
        /// Bytes in the archive.
        let storedCount: Int
        /// Bytes of the content.
        let count: Int
        /// Where the entry's own header begins.
        let offset: Int
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

    let entries: [Entry]

    init(_ bytes: UnsafeRawBufferPointer, of path: FilePath) throws {
        func corrupt(_ offset: Int, _ problem: String) -> StorageError { .corrupt(path, offset: offset, problem: problem) }
        guard let end = Self.end(of: bytes) else {
            throw corrupt(bytes.count, "not a zip archive, or cut off: its list of entries is missing")
        }
        var reader = ByteReader(bytes, of: path, at: end + 8)
        _ = try reader.next(UInt16.self)
        var count = UInt64(try reader.next(UInt16.self))
        var size = UInt64(try reader.next(UInt32.self))
        var start = UInt64(try reader.next(UInt32.self))
        if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
            var locator = ByteReader(bytes, of: path, at: end - Self.locator64Count)
            if end >= Self.locator64Count, try locator.next(UInt32.self) == Self.locator64Signature {
                _ = try locator.next(UInt32.self)
                let position = try locator.next(UInt64.self)
                guard position < UInt64(end) else { throw corrupt(end, "the zip64 record lies outside the file") }
                var record = ByteReader(bytes, of: path, at: Int(position))
                guard try record.next(UInt32.self) == Self.end64Signature else { throw corrupt(Int(position), "no zip64 record") }
                _ = try record.take(28)
                count = try record.next(UInt64.self)
                size = try record.next(UInt64.self)
                start = try record.next(UInt64.self)
            }
        }
        guard start <= UInt64(end), size <= UInt64(end) - start else { throw corrupt(end, "the list of entries lies outside the file") }
        // Each entry takes at least 46 bytes of the list.
        guard count <= size / 46 else { throw corrupt(end, "\(count) entries do not fit into a list of \(size) bytes") }
        var list = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[..<Int(start + size)]), of: path, at: Int(start))
        entries = try (0..<Int(count)).map { _ in try Self.entry(&list, fileCount: bytes.count, path: path) }
        // Entries that share bytes would let a small file stand for any amount of memory.
        let sorted = entries.sorted { $0.offset < $1.offset }
        for (index, entry) in sorted.enumerated() {
            let end = index + 1 < sorted.count ? sorted[index + 1].offset : Int(start)
            guard end - entry.offset >= Self.localCount + entry.storedCount else {
                throw corrupt(entry.offset, "'\(entry.name)' overlaps what comes after it")
            }
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

    private static func entry(_ list: inout ByteReader, fileCount: Int, path: FilePath) throws -> Entry {
        guard try list.next(UInt32.self) == centralSignature else { throw list.problem("an entry of the archive's list expected") }
        _ = try list.take(4)
        let flags = try list.next(UInt16.self)
        let method = try list.next(UInt16.self)
        _ = try list.take(4)
        let checksum = try list.next(UInt32.self)
        var storedCount = UInt64(try list.next(UInt32.self))
        var count = UInt64(try list.next(UInt32.self))
        let nameCount = Int(try list.next(UInt16.self))
        let extraCount = Int(try list.next(UInt16.self))
        let commentCount = Int(try list.next(UInt16.self))
        _ = try list.take(8)
        var offset = UInt64(try list.next(UInt32.self))
        let name = String(decoding: try list.take(nameCount), as: UTF8.self)
        var extras = ByteReader(try list.take(extraCount), of: path)
        _ = try list.take(commentCount)
        while extras.remaining >= 4 {
            let kind = try extras.next(UInt16.self)
            let length = Int(try extras.next(UInt16.self))
            guard length <= extras.remaining else { throw list.problem("an extra field of '\(name)' is longer than its room") }
            var field = ByteReader(try extras.take(length), of: path)
            guard kind == 1 else { continue }
            // Zip64: only those numbers are there that did not fit before, in this order.
            if count == 0xFFFF_FFFF { count = try field.next(UInt64.self) }
            if storedCount == 0xFFFF_FFFF { storedCount = try field.next(UInt64.self) }
            if offset == 0xFFFF_FFFF { offset = try field.next(UInt64.self) }
        }
        guard flags & 1 == 0 else { throw StorageError.unsupported(path, what: "encryption of '\(name)'") }
        guard method == 0 || method == 8 else { throw StorageError.unsupported(path, what: "zip method \(method) of '\(name)'") }
        let room = UInt64(fileCount)
        guard offset < room, storedCount <= room - offset else { throw list.problem("'\(name)' lies outside the file") }
        // Deflate shrinks at most 1,032-fold: a larger claim is a lie told to exhaust memory.
        let most = method == 0 ? storedCount : storedCount * 1032 + 64
        guard count <= most, method == 8 || count == storedCount else {
            throw list.problem("'\(name)' claims \(count) bytes from \(storedCount)")
        }
        return Entry(
            name: name, isDeflated: method == 8, checksum: checksum, storedCount: Int(storedCount), count: Int(count), offset: Int(offset))
    }
}
