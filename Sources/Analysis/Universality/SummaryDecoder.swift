/// Reads the parts of a group summary from bytes that may come from anywhere: every count is checked against what is there.
struct SummaryDecoder {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads what `SummaryEncoder.write(magic:version:)` wrote.
    ///
    /// - Parameter name: what the bytes should be, for the message.
    mutating func expect(magic: Int, version: Int, of name: String) throws {
        guard try int() == magic else { throw problem("it is no \(name)") }
        let found = try int()
        guard found == version else { throw problem("it has version \(found), this program reads \(version)") }
    }

    func expectEnd() throws {
        guard offset == bytes.count else { throw problem("bytes are left over") }
    }

    func problem(_ reason: String) -> AnalysisError { .damagedSummary(offset: offset, reason: reason) }

    mutating func int() throws -> Int {
        guard bytes.count - offset >= 8 else { throw problem("it ends within a number") }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Int64.self) }
        offset += 8
        return Int(Int64(littleEndian: value))
    }

    mutating func text() throws -> String { String(decoding: try array(of: UInt8.self), as: UTF8.self) }

    mutating func array<Element: BitwiseCopyable>(of _: Element.Type) throws -> [Element] {
        let count = try int()
        let stride = MemoryLayout<Element>.stride
        guard count >= 0, count <= (bytes.count - offset) / stride else { throw problem("an array of \(count) does not fit") }
        let start = offset
        offset += count * stride
        return [Element](unsafeUninitializedCapacity: count) { target, written in
            bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(target).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[start..<start + count * stride]))
            }
            written = count
        }
    }

    mutating func tail(_ end: PartnerTail.End) throws -> PartnerTail {
        guard try int() == Int(end.rawValue) else { throw problem("it is the wrong end of the correlations") }
        let neurons = try int()
        let length = try int()
        let values = try array(of: Float.self)
        let partners = try array(of: Int32.self)
        let (entries, overflow) = neurons.multipliedReportingOverflow(by: length)
        guard neurons >= 0, length >= 0, !overflow, values.count == entries, partners.count == entries else {
            throw problem("a list of partners has another size than it says")
        }
        return PartnerTail(end, neurons: neurons, length: length, values: values, partners: partners)
    }

    mutating func table() throws -> PartnerTable {
        PartnerTable(highest: try tail(.highest), lowest: try tail(.lowest), histogram: try array(of: UInt32.self))
    }
}
