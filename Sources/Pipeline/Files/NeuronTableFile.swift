import Storage
import SystemPackage

/// A table of neurons in a CSV file: `neurons.csv` of a run, or one that others have published. Each row names a neuron
/// in its columns `layer` and `neuron`.
public struct NeuronTableFile: Sendable {
    /// The file.
    public let path: FilePath
    /// The names of the columns, in order.
    public let columns: [String]
    /// The cells of each row, as many as there are columns.
    public let rows: [[String]]
    /// Whether the last row has its line break. What a run's analysis writes has it; other programs may leave it out.
    let isWhole: Bool
    /// Layer and number of each row's neuron.
    public let neurons: [(layer: Int, neuron: Int)]

    /// The largest number of a layer or neuron that is read; no model has more.
    private static let numberLimit = 1 << 31

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Reads a table.
    ///
    /// - Throws: A `StorageError`: the file is missing, is no CSV, has rows of other lengths than its header, or no columns `layer` and
    ///   `neuron`; the message names the first row that is wrong.
    public init(_ path: FilePath) throws {
        func damaged(_ problem: String) -> StorageError { .corrupt(path, offset: nil, problem: problem) }
        // Spreadsheets put a byte-order mark before everything.
        let (text, isWhole) = try MappedFile(path).withBytes { bytes in
            (
                String(decoding: bytes.dropFirst(bytes.starts(with: Self.mark) ? Self.mark.count : 0), as: UTF8.self),
                bytes.last == UInt8(ascii: "\n")
            )
        }
        var records = NeuronTableRow.records(of: text)
        guard let header = records.first else { throw damaged("it is empty") }
        guard let layer = header.firstIndex(of: "layer"), let neuron = header.firstIndex(of: "neuron") else {
            throw StorageError.unsupported(path, what: "a table without columns 'layer' and 'neuron'")
        }
        guard Set(header).count == header.count else { throw damaged("two of its columns have the same name") }
        records.removeFirst()
        neurons = try records.enumerated().map { row, record in
            guard record.count == header.count else {
                throw damaged("row \(row + 1) has \(record.count) cells, the header \(header.count)")
            }
            guard let layer = Self.number(record[layer]), let neuron = Self.number(record[neuron]) else {
                throw damaged("row \(row + 1) names no neuron: layer '\(record[layer])', neuron '\(record[neuron])'")
            }
            return (layer, neuron)
        }
        (self.path, self.isWhole) = (path, isWhole)
        columns = header
        rows = records
    }

    /// Reads a table; nil where there is no such file.
    ///
    /// - Throws: as the other one.
    public init?(ifThere path: FilePath) throws {
        guard Folder.holdsFile(path) else { return nil }
        try self.init(path)
    }

    /// The cells of a column; nil where there is none of that name.
    public func cells(of name: String) -> [String]? {
        columns.firstIndex(of: name).map { column in rows.map { $0[column] } }
    }

    /// A column of numbers, with NaN for what is empty; nil where there is none of that name, or one with other texts.
    public func numbers(of name: String) -> [Double]? {
        guard let cells = cells(of: name) else { return nil }
        var numbers: [Double] = []
        numbers.reserveCapacity(cells.count)
        for cell in cells {
            guard let number = cell.isEmpty ? .nan : Double(cell) else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// A column of truth values, nil for what is empty: 1 and 0, also as 1.0 and 0.0, true and false, yes and no; nil where there is none of
    /// that name.
    ///
    /// - Throws: `StorageError.corrupt` that names the first row with another cell.
    public func truths(of name: String) throws -> [Bool?]? {
        try cells(of: name)?.enumerated().map { row, cell in
            switch cell.lowercased() {
            // pandas writes a column that once had gaps as 1.0.
            case "1", "1.0", "true", "yes": return true
            case "0", "0.0", "false", "no": return false
            case "", "nan": return nil
            default:
                throw StorageError.corrupt(
                    path, offset: nil, problem: "row \(row + 1) has '\(cell)' in column '\(name)', which is neither 1 nor 0")
            }
        }
    }

    private static func number(_ text: String) -> Int? {
        // pandas writes the integers of a column that once had gaps as 3.0.
        Int(text.hasSuffix(".0") ? text.dropLast(2) : text[...]).flatMap { (0..<numberLimit).contains($0) ? $0 : nil }
    }
}
