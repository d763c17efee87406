import Foundation
import SystemPackage

/// Reads the tables of a run, such as `neurons.csv`.
enum NeuronTableRow {
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
