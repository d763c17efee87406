import Storage
import SystemPackage

/// Takes opcodes and their arguments from a pickle, and makes its errors.
struct PickleReader {
    /// Texts are names of tensors, keys of storages, devices.
    private static let longestText = 1 << 16

    private let file: FilePath
    private var bytes: ByteReader
    /// Where the opcode begins that is being read.
    private(set) var start: Int
    private let whole: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>, of file: FilePath) {
        self.file = file
        whole = UnsafeRawBufferPointer(rebasing: bytes[..<range.upperBound])
        self.bytes = ByteReader(whole, of: file, at: range.lowerBound)
        start = range.lowerBound
    }

    /// The byte of the file that is read next.
    var offset: Int { bytes.offset }

    mutating func beginOpcode() { start = offset }

    mutating func byte() throws -> UInt8 { try number(UInt8.self) }

    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws -> Number {
        Number(littleEndian: try take(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
    }

    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count <= bytes.remaining else {
            throw invalid("\(count) bytes are to follow, there are \(bytes.remaining)")
        }
        return try bytes.take(count)
    }

    /// An integer of one to eight bytes in two's complement.
    mutating func long() throws -> Int {
        let count = Int(try byte())
        guard count <= 8 else { throw invalid("an integer of \(count) bytes; 8 are enough for every size") }
        let raw = try take(count)
        var value = raw.last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
        for byte in raw.reversed() { value = value << 8 | Int(byte) }
        return value
    }

    mutating func text(_ count: Int) throws -> String {
        guard count <= Self.longestText else { throw limit("bytes of text in one piece", Self.longestText) }
        let raw = try take(count)
        guard let text = String(validating: raw, as: UTF8.self) else { throw invalid("text that is not UTF-8") }
        return text
    }

    /// What stands before the next line feed.
    mutating func line(_ longest: Int) throws -> String {
        let rest = UnsafeRawBufferPointer(rebasing: whole[offset...].prefix(longest + 1))
        guard let end = rest.firstIndex(of: 0x0A) else { throw invalid("a name without an end, or longer than \(longest) bytes") }
        let line = try text(end)
        _ = try take(1)
        return line
    }

    func invalid(_ reason: String) -> CheckpointError { .invalidPyTorch(file: file, offset: start, reason: reason) }

    /// Protocols are 0 to 5; 0 and 1 have no opcode that says so.
    func ofProtocol(_ version: Int) -> CheckpointError {
        (3...5).contains(version)
            ? .newerPickle(file: file, offset: start, version: version) : invalid("pickle protocol \(version), torch.save writes 2")
    }

    func refused(_ opcode: String) -> CheckpointError { .refusedOpcode(file: file, offset: start, opcode: opcode) }

    func refusedGlobal(_ name: String) -> CheckpointError { .refusedGlobal(file: file, offset: start, name: name) }

    func limit(_ what: String, _ limit: Int) -> CheckpointError {
        .pickleTooLarge(file: file, offset: start, what: what, limit: limit)
    }
}
