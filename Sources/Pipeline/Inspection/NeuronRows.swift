import Analysis
import Storage
import SystemPackage

/// The rows of a table by the neuron that they are of, which its columns `layer` and `neuron` name.
///
/// The file is gone through once and stays mapped; a row is made into texts when it is asked for. So a table takes a few words of memory a row,
/// however wide it is.
struct NeuronRows: Sendable {
    /// The names of the columns.
    let header: [String]
    private let file: MappedFile
    /// Where the rows of a neuron are in the file, in its order.
    private let ranges: [NeuronPlace: [Range<Int>]]

    /// Goes through a table; nil where there is none that can be read, or one without these columns.
    init?(_ path: FilePath) {
        guard let file = try? MappedFile(path), let found = file.withBytes({ Self.ranges(in: $0) }) else { return nil }
        (self.file, header, ranges) = (file, found.header, found.ranges)
    }

    /// Whether the last row has its end: of one that was cut off a number has lost digits.
    var isWhole: Bool { file.withBytes { $0.last == UInt8(ascii: "\n") } }

    /// Neurons that have rows.
    var count: Int { ranges.count }

    /// The neurons that have rows, by layer and number.
    var places: [NeuronPlace] { ranges.keys.sorted() }

    /// The cells of a neuron's rows, in the order of the file; of rows that have as many as there are columns.
    func records(of place: NeuronPlace) -> [[String]] {
        (ranges[place] ?? []).compactMap { range in
            let text = file.withBytes { String(decoding: UnsafeRawBufferPointer(rebasing: $0[range]), as: UTF8.self) }
            return NeuronTableRow.records(of: text).first { $0.count == header.count }
        }
    }

    /// The cells of a neuron's first row, by column; empty where it has none.
    func columns(of place: NeuronPlace) -> [String: String] {
        records(of: place).first.map { record in Dictionary(zip(header, record)) { first, _ in first } } ?? [:]
    }

    private static func ranges(in bytes: UnsafeRawBufferPointer) -> (header: [String], ranges: [NeuronPlace: [Range<Int>]])? {
        var start = end(ofRecordAt: 0, in: bytes)
        let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<start]), as: UTF8.self)
        guard let header = NeuronTableRow.records(of: text).first, let layer = header.firstIndex(of: "layer"),
            let neuron = header.firstIndex(of: "neuron")
        else { return nil }
        var ranges: [NeuronPlace: [Range<Int>]] = [:]
        while start < bytes.count {
            let end = end(ofRecordAt: start + 1, in: bytes)
            let record = start + 1..<end
            if let layer = number(layer, of: record, in: bytes), let neuron = number(neuron, of: record, in: bytes) {
                ranges[NeuronPlace(layer: layer, neuron: neuron), default: []].append(record)
            }
            start = end
        }
        return (header, ranges)
    }

    /// Where a record ends: at its line break, or with the file. Line breaks between quotation marks belong to it; a doubled mark closes and
    /// opens again.
    private static func end(ofRecordAt start: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        var (place, isQuoted) = (start, false)
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "\n") where !isQuoted: return place
            default: break
            }
            place += 1
        }
        return bytes.count
    }

    /// The whole number in a column of a record; nil where there is anything else.
    private static func number(_ column: Int, of record: Range<Int>, in bytes: UnsafeRawBufferPointer) -> Int? {
        var (before, isQuoted, number) = (column, false, Int?.none)
        for place in record {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                if before == 0 { return number }
                before -= 1
            case UInt8(ascii: "\r"):
                break
            case let byte where before == 0:
                // No model has as many layers, or neurons in one.
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), number ?? 0 < 1 << 31 else { return nil }
                number = 10 * (number ?? 0) + Int(byte - UInt8(ascii: "0"))
            default:
                break
            }
        }
        return before == 0 ? number : nil
    }
}
