/// The headers of one stored entry of a zip archive that is being written; zip64 where a number needs it.
struct ZipRecord {
    /// 1 January 1980, the earliest there is: the same arrays make the same bytes on every day.
    private static let date: UInt16 = 1 << 5 | 1
    private static let limit = 0xFFFF_FFFF

    let name: String
    let checksum: UInt32
    let count: Int
    let offset: Int

    /// What stands before the content.
    var local: [UInt8] {
        var bytes = LittleEndianBytes()
        let isLarge = count >= Self.limit
        bytes.append(ZipDirectory.localSignature)
        bytes.append(UInt16(isLarge ? 45 : 20))
        appendCommon(to: &bytes)
        bytes.append(UInt16(isLarge ? 20 : 0))
        bytes.bytes += Array(name.utf8)
        if isLarge {
            bytes.append(UInt16(1))
            bytes.append(UInt16(16))
            bytes.append(UInt64(count))
            bytes.append(UInt64(count))
        }
        return bytes.bytes
    }

    /// The entry in the list at the end.
    var central: [UInt8] {
        var bytes = LittleEndianBytes()
        var large: [Int] = []
        if count >= Self.limit { large += [count, count] }
        if offset >= Self.limit { large.append(offset) }
        let version = UInt16(large.isEmpty ? 20 : 45)
        bytes.append(ZipDirectory.centralSignature)
        bytes.append(version)
        bytes.append(version)
        appendCommon(to: &bytes)
        bytes.append(UInt16(large.isEmpty ? 0 : 4 + 8 * large.count))
        bytes.append(UInt16(0))  // comment
        bytes.append(UInt16(0))  // disk
        bytes.append(UInt16(0))  // kind
        bytes.append(UInt32(0))  // permissions: whatever the one who unpacks it has
        bytes.append(UInt32(min(offset, Self.limit)))
        bytes.bytes += Array(name.utf8)
        if !large.isEmpty {
            bytes.append(UInt16(1))
            bytes.append(UInt16(8 * large.count))
            for number in large { bytes.append(UInt64(number)) }
        }
        return bytes.bytes
    }

    /// What ends the archive.
    ///
    /// - Parameters:
    ///   - count: Entries in the list.
    ///   - start: Where the list begins.
    ///   - size: Bytes of the list.
    static func end(count: Int, start: Int, size: Int) -> [UInt8] {
        var bytes = LittleEndianBytes()
        if count >= 0xFFFF || start >= limit || size >= limit {
            bytes.append(ZipDirectory.end64Signature)
            bytes.append(UInt64(44))
            bytes.append(UInt16(45))
            bytes.append(UInt16(45))
            bytes.append(UInt32(0))
            bytes.append(UInt32(0))
            for number in [count, count, size, start] { bytes.append(UInt64(number)) }
            bytes.append(ZipDirectory.locator64Signature)
            bytes.append(UInt32(0))
            bytes.append(UInt64(start + size))
            bytes.append(UInt32(1))
        }
        bytes.append(ZipDirectory.endSignature)
        bytes.append(UInt32(0))
        bytes.append(UInt16(min(count, 0xFFFF)))
        bytes.append(UInt16(min(count, 0xFFFF)))
        bytes.append(UInt32(min(size, limit)))
        bytes.append(UInt32(min(start, limit)))
        bytes.append(UInt16(0))
        return bytes.bytes
    }

    /// From the flags to the length of the name, the same in both headers.
    private func appendCommon(to bytes: inout LittleEndianBytes) {
        bytes.append(UInt16(1 << 11))  // the name is UTF-8
        bytes.append(UInt16(0))  // stored
        bytes.append(UInt16(0))
        bytes.append(Self.date)
        bytes.append(checksum)
        bytes.append(UInt32(min(count, Self.limit)))
        bytes.append(UInt32(min(count, Self.limit)))
        bytes.append(UInt16(name.utf8.count))
    }
}
