import Pipeline
import Storage

/// The columns that a part of the report cannot do without.
extension NeuronTableFile {
    /// A column of numbers; nil for what is empty or not finite.
    ///
    /// - Throws: `StorageError.unsupported` where there is no such column, or one with other texts.
    func figures(of name: String) throws -> [Double?] {
        guard let numbers = numbers(of: name) else { throw StorageError.unsupported(path, what: "a table without numbers in '\(name)'") }
        return numbers.map { $0.isFinite ? $0 : nil }
    }

    /// A column of 0 and 1.
    ///
    /// - Throws: as for figures.
    func marks(of name: String) throws -> [Bool] { try figures(of: name).map { $0 == 1 } }

    /// A column of texts; nil for what is empty.
    ///
    /// - Throws: `StorageError.unsupported` where there is no such column.
    func texts(of name: String) throws -> [String?] {
        guard let cells = cells(of: name) else { throw StorageError.unsupported(path, what: "a table without column '\(name)'") }
        return cells.map { $0.isEmpty ? nil : $0 }
    }
}
