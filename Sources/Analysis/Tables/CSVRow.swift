/// A row of the tables that an analysis writes: equal values are equal text.
enum CSVRow {
    /// The bytes of a row, its line break among them.
    static func line(_ cells: [String]) -> [UInt8] { Array((cells.map(NeuronTable.quoted).joined(separator: ",") + "\n").utf8) }

    /// A number as the shortest decimal that reads back as the same one; empty where there is none, or no finite one.
    static func number<Number: BinaryFloatingPoint & CustomStringConvertible>(_ value: Number?) -> String {
        value.map { $0.isFinite ? $0.description : "" } ?? ""
    }
}
