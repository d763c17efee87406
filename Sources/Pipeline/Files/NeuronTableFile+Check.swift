import Storage
import SystemPackage

/// Whether a table that an analysis has written is all that it wrote.
extension NeuronTableFile {
    /// Checks that the table has a whole row of each neuron.
    ///
    /// - Throws: `StorageError.corrupt`.
    func check(hasAllOf neurons: Int) throws {
        try Self.check(rows: rows.count, isWhole: isWhole, of: neurons, in: path)
    }

    /// Checks that a table has a whole row of each neuron: one that was cut off names some of them, or of the last one a number has lost
    /// digits.
    ///
    /// - Parameters:
    ///   - rows: how many it has, the last one included.
    ///   - isWhole: whether the last row has its end.
    /// - Throws: `StorageError.corrupt`.
    static func check(rows: Int, isWhole: Bool, of neurons: Int, in file: FilePath) throws {
        guard rows == neurons, isWhole else {
            let whole = isWhole ? rows : max(0, rows - 1)
            throw StorageError.corrupt(
                file, offset: nil,
                problem: "it has \(whole) whole rows for \(neurons) neurons; `universal-neurons analyze` writes it again")
        }
    }
}
