/// Writes the parts of a group summary as bytes: integers of 64 bits, arrays with their count before them, everything little-endian.
struct SummaryEncoder {
    private(set) var bytes: [UInt8] = []

    /// Begins with what the bytes are; `SummaryDecoder.expect` asks for it.
    mutating func write(magic: Int, version: Int) {
        write(magic)
        write(version)
    }

    mutating func write(_ value: Int) {
        withUnsafeBytes(of: Int64(value).littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes an array of numbers; all machines that this program runs on are little-endian.
    mutating func write<Element: BitwiseCopyable>(_ values: [Element]) {
        write(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ tail: PartnerTail) {
        write(Int(tail.end.rawValue))
        write(tail.neurons)
        write(tail.length)
        write(tail.values)
        write(tail.partners)
    }

    mutating func write(_ table: PartnerTable) {
        write(table.highest)
        write(table.lowest)
        write(table.histogram)
    }
}
