import Analysis
import Storage
import SystemPackage

/// The file of a group's findings: a magic number, the length of a header in JSON, the header, the parts one after the other (each
/// compressed), and the SHA-256 of all that. Numbers are 64 bits, little-endian.
extension GroupFindings {
    /// What precedes the parts, which a reader needs first.
    private struct Preamble: Codable {
        let header: Header
        let universality, explanations: Part?
        let domains: [Part?]
        /// Nil where there are none: such files are what they were before other models could be explained.
        let otherExplanations: [Part]?
    }

    /// A part's size in the file, and after decompression.
    private struct Part: Codable {
        let stored, size: Int
    }

    /// Raised with every change of the format; it is the last character of the magic number.
    private static let magic = Array("UNfind02".utf8)
    private static let digestBytes = 32

    /// The findings as a file.
    ///
    /// - Throws: `StorageError`.
    public func encoded() throws -> [UInt8] {
        var stored: [UInt8] = []
        func pack(_ raw: [UInt8]) throws -> Part {
            let packed = try Zstd.compress(raw)
            stored += packed
            return Part(stored: packed.count, size: raw.count)
        }
        let preamble = try JSONFile.encode(
            Preamble(
                header: header, universality: try universality.map { try pack($0.encoded()) },
                explanations: try explanations.map { try pack(JSONFile.encode($0, isPretty: false)) },
                domains: try domains.map { try $0.map { try pack($0.encoded()) } },
                otherExplanations: otherExplanations.isEmpty
                    ? nil : try otherExplanations.map { try pack(JSONFile.encode($0, isPretty: false)) }), isPretty: false)
        var bytes = Self.magic
        withUnsafeBytes(of: Int64(preamble.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += preamble + stored
        return bytes + Digest(of: bytes).bytes
    }

    /// Reads only what is known of findings in short; the rest of the file is not looked at.
    ///
    /// - Throws: `StorageError`.
    public static func header(of path: FilePath) throws -> Header {
        try MappedFile(path).withBytes { try preamble(of: $0, path).preamble.header }
    }

    /// Reads a file of findings; every byte is checked.
    ///
    /// - Throws: `StorageError.corrupt`, `.unsupported`, an `AnalysisError` for a damaged summary.
    public init(contentsOf path: FilePath) throws {
        self = try MappedFile(path).withBytes { bytes -> GroupFindings in
            func corrupt(_ problem: String) -> StorageError { .corrupt(path, offset: nil, problem: problem) }
            let (preamble, start) = try Self.preamble(of: bytes, path)
            var offset = start
            let end = bytes.count - Self.digestBytes
            guard offset <= end, Digest(of: UnsafeRawBufferPointer(rebasing: bytes[..<end])).bytes.elementsEqual(bytes[end...]) else {
                throw corrupt("its checksum is wrong")
            }
            func next(_ part: Part?) throws -> [UInt8]? {
                guard let part else { return nil }
                guard part.stored >= 0, part.stored <= end - offset, part.size >= 0 else { throw corrupt("a part lies outside of it") }
                defer { offset += part.stored }
                do {
                    return try Zstd.decompress(
                        UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + part.stored]), count: part.size)
                } catch StorageError.badCompression(let problem) {
                    throw corrupt(problem)
                }
            }
            let universality = try next(preamble.universality).map { try GroupSummary(decoding: $0) }
            func decoded<Value: Decodable>(_ part: Part?, as type: Value.Type) throws -> Value? {
                try next(part).map { bytes in try bytes.withUnsafeBytes { try JSONFile.decode(type, from: $0, of: path) } }
            }
            let explanations = try decoded(preamble.explanations, as: FeatureExplanations.self)
            let domains = try preamble.domains.map { try next($0).map { try DomainPart(decoding: $0) } }
            let others = try (preamble.otherExplanations ?? []).compactMap { try decoded($0, as: ModelExplanations.self) }
            guard offset == end else { throw corrupt("bytes are left over") }
            return GroupFindings(
                header: preamble.header, universality: universality, domains: domains, explanations: explanations, otherExplanations: others
            )
        }
    }

    private static func preamble(of bytes: UnsafeRawBufferPointer, _ path: FilePath) throws -> (preamble: Preamble, end: Int) {
        let start = magic.count + 8
        guard bytes.count >= start + digestBytes, bytes.prefix(magic.count - 2).elementsEqual(magic.dropLast(2)) else {
            throw StorageError.corrupt(path, offset: 0, problem: "it holds no findings")
        }
        guard bytes.prefix(magic.count).elementsEqual(magic) else {
            throw StorageError.unsupported(path, what: "findings of another version of the program")
        }
        let length = Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: magic.count, as: Int64.self)))
        guard length >= 0, length <= bytes.count - start - digestBytes else {
            throw StorageError.corrupt(path, offset: magic.count, problem: "its header has \(length) bytes")
        }
        let json = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
        return (try JSONFile.decode(Preamble.self, from: json, of: path), start + length)
    }
}
