import Foundation
import SystemPackage

/// Finds one neuron's row of `neurons.csv`.
enum NeuronTableRow {
    /// The header and the row that begins with layer and neuron; both empty where the file does not exist or has no such row.
    static func find(layer: Int, neuron: Int, in file: FilePath) throws -> (order: [String], columns: [String: String]) {
        guard let found = records(in: file) else { return ([], [:]) }
        var records = found.makeIterator()
        guard let header = records.next() else { return ([], [:]) }
        while let record = records.next() {
            guard record.count == header.count, record.prefix(2).elementsEqual(["\(layer)", "\(neuron)"]) else { continue }
            return (header, Dictionary(zip(header, record)) { first, _ in first })
        }
        return ([], [:])
    }

    /// The records of a file; nil where it cannot be read.
    static func records(in file: FilePath) -> [[String]]? {
        (try? String(contentsOfFile: file.string, encoding: .utf8)).map { records(of: $0) }
    }

    /// The records of a CSV text (RFC 4180), without the last empty line.
    static func records(of text: String) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var previousWasQuote = false
        func endField() {
            record.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""):
                // A doubled quote inside quotes closes and opens again: it stands for itself.
                if previousWasQuote, !isQuoted { field.append(byte) }
                isQuoted.toggle()
                previousWasQuote = !isQuoted
                continue
            case UInt8(ascii: ",") where !isQuoted:
                endField()
            case UInt8(ascii: "\n") where !isQuoted:
                endField()
                records.append(record)
                record.removeAll(keepingCapacity: true)
            case UInt8(ascii: "\r") where !isQuoted:
                break
            default:
                field.append(byte)
            }
            previousWasQuote = false
        }
        if !field.isEmpty || !record.isEmpty {
            endField()
            records.append(record)
        }
        return records
    }
}
