import SystemPackage

/// What a zip archive's list says about an entry, checked as far as the list alone can be.
struct ZipListing {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    /// Bytes in the archive.
    let storedCount: Int
    /// Bytes of the content.
    let count: Int
    /// Where the entry's own header begins.
    let offset: Int

    private let rawName: [UInt8]

    /// Reads the next entry of a list.
    init(_ list: inout ByteReader, fileCount: Int, path: FilePath) throws {
        guard try list.next(UInt32.self) == ZipDirectory.centralSignature else {
            throw list.problem("an entry of the archive's list expected")
        }
        _ = try list.take(4)
        let flags = try list.next(UInt16.self)
        let method = try list.next(UInt16.self)
        _ = try list.take(4)
        checksum = try list.next(UInt32.self)
        var storedCount = UInt64(try list.next(UInt32.self))
        var count = UInt64(try list.next(UInt32.self))
        let nameCount = Int(try list.next(UInt16.self))
        let extraCount = Int(try list.next(UInt16.self))
        let commentCount = Int(try list.next(UInt16.self))
        _ = try list.take(8)
        var offset = UInt64(try list.next(UInt32.self))
        rawName = Array(try list.take(nameCount))
        name = String(decoding: rawName, as: UTF8.self)
        let extras = try list.take(extraCount)
        _ = try list.take(commentCount)
        // Only those numbers are there that did not fit before, in this order.
        try Self.readLarge(extras, of: name, path: path) { field in
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
        isDeflated = method == 8
        (self.storedCount, self.count, self.offset) = (Int(storedCount), Int(count), Int(offset))
    }

    /// Where the entry's bytes lie, by its own header.
    ///
    /// - Throws: `StorageError.corrupt` when the two headers contradict each other.
    func content(in archive: UnsafeRawBufferPointer, path: FilePath) throws -> Range<Int> {
        var header = ByteReader(archive, of: path, at: offset)
        guard try header.next(UInt32.self) == ZipDirectory.localSignature else { throw header.problem("no entry '\(name)' here") }
        _ = try header.take(2)
        let flags = try header.next(UInt16.self)
        let method = try header.next(UInt16.self)
        _ = try header.take(4)
        let checksum = try header.next(UInt32.self)
        var storedCount = UInt64(try header.next(UInt32.self))
        var count = UInt64(try header.next(UInt32.self))
        let nameCount = Int(try header.next(UInt16.self))
        let extraCount = Int(try header.next(UInt16.self))
        let name = try header.take(nameCount)
        try Self.readLarge(try header.take(extraCount), of: self.name, path: path) { field in
            if count == 0xFFFF_FFFF { count = try field.next(UInt64.self) }
            if storedCount == 0xFFFF_FFFF { storedCount = try field.next(UInt64.self) }
        }
        // Whoever writes without knowing the numbers beforehand leaves them out here, and says so.
        func agrees(_ own: UInt64, _ listed: UInt64) -> Bool { own == listed || (flags & 8 != 0 && own == 0) }
        guard name.elementsEqual(rawName), (method == 8) == isDeflated, method == 0 || method == 8, flags & 1 == 0,
            agrees(UInt64(checksum), UInt64(self.checksum)), agrees(storedCount, UInt64(self.storedCount)),
            agrees(count, UInt64(self.count))
        else {
            throw StorageError.corrupt(path, offset: offset, problem: "the header of '\(self.name)' contradicts the archive's list")
        }
        let start = header.offset
        _ = try header.take(self.storedCount)
        return start..<header.offset
    }

    /// Calls `body` with the field of numbers that need more than 32 bits, where there is one.
    private static func readLarge(
        _ bytes: UnsafeRawBufferPointer, of name: String, path: FilePath, _ body: (inout ByteReader) throws -> Void
    ) throws {
        var extras = ByteReader(bytes, of: path)
        while extras.remaining >= 4 {
            let kind = try extras.next(UInt16.self)
            let length = Int(try extras.next(UInt16.self))
            guard length <= extras.remaining else { throw extras.problem("an extra field of '\(name)' is longer than its room") }
            var field = ByteReader(try extras.take(length), of: path)
            if kind == 1 { try body(&field) }
        }
    }
}
