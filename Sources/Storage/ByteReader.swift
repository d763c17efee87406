import SystemPackage

/// Takes little-endian numbers one after another from bytes that nobody vouches for; reading past the end is an error, never a trap.
public struct ByteReader {
    /// Where the next number begins.
    public private(set) var offset: Int

    private let bytes: UnsafeRawBufferPointer
    private let path: FilePath

    /// - Parameters:
    ///   - bytes: The file's content; must outlive the reader.
    ///   - path: The file, for messages.
    ///   - offset: Where to begin.
    public init(_ bytes: UnsafeRawBufferPointer, of path: FilePath, at offset: Int = 0) {
        self.bytes = bytes
        self.path = path
        self.offset = offset
    }

    /// Bytes that are left.
    public var remaining: Int { max(0, bytes.count - offset) }

    /// The next number.
    ///
    /// - Throws: `StorageError.corrupt` when it would reach past the end.
    public mutating func next<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type = Number.self) throws -> Number {
        let raw = try take(MemoryLayout<Number>.size)
        return Number(littleEndian: raw.loadUnaligned(as: Number.self))
    }

    /// The next `count` bytes, as a view.
    ///
    /// - Throws: `StorageError.corrupt` when they would reach past the end.
    public mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, (0...bytes.count).contains(offset), count <= remaining else {
            throw StorageError.corrupt(path, offset: offset, problem: "\(count) bytes expected, \(remaining) left")
        }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    /// An error that names the file and the place where the next number begins.
    public func problem(_ text: String) -> StorageError {
        .corrupt(path, offset: offset, problem: text)
    }
}
