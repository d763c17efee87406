/// The assignment of rows to columns, each to one at most, whose entries have the largest sum: exact, by shortest augmenting paths
/// (R. Jonker and A. Volgenant, Computing 38, 1987; D. F. Crouse, IEEE Trans. Aerosp. Electron. Syst. 52, 2016).
///
/// Of n rows and m ≥ n columns all rows are assigned, in at most about n² m steps. With columns alone it is the other way round.
public struct NeuronAssignment: Sendable {
    /// The column of each row, −1 for a row without one, `[rows]`.
    public let columns: [Int32]
    /// The sum of the assigned entries, in the order of the rows.
    public let total: Double

    /// The mean of the assigned entries; 0 where there are none.
    public var mean: Double {
        let count = columns.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) }
        return count > 0 ? total / Double(count) : 0
    }

    /// Assigns.
    ///
    /// - Parameters:
    ///   - gains: `[rows, columns]`, row-major, all finite.
    ///   - check: asked again and again; what it throws ends the work.
    public init(
        maximising gains: UnsafePointer<Double>, rows: Int, columns: Int, check: () throws -> Void = {}
    ) throws {
        let found: [Int32]
        if rows <= columns {
            found = try Self.columnsOfRows(gains, rows: rows, columns: columns, check: check)
        } else {
            let transposed = Scratch<Double>(rows * columns, repeating: 0)
            for row in 0..<rows {
                for column in 0..<columns { transposed.pointer[column * rows + row] = gains[row * columns + column] }
            }
            var other = [Int32](repeating: -1, count: rows)
            let rowsOfColumns = try Self.columnsOfRows(transposed.pointer, rows: columns, columns: rows, check: check)
            for (column, row) in rowsOfColumns.enumerated() { other[Int(row)] = Int32(truncatingIfNeeded: column) }
            found = other
        }
        self.columns = found
        total = found.enumerated().reduce(0.0) { sum, pair in
            pair.element >= 0 ? sum + gains[pair.offset * columns + Int(pair.element)] : sum
        }
    }

    /// The column of each row, of no more rows than columns.
    private static func columnsOfRows(
        _ gains: UnsafePointer<Double>, rows: Int, columns: Int, check: () throws -> Void
    ) throws -> [Int32] {
        // Costs are negative gains; a cost less the prices of its row and column is never negative, and 0 where they are assigned.
        let rowPrices = Scratch<Double>(rows, repeating: 0)
        let columnPrices = Scratch<Double>(columns, repeating: 0)
        let columnOf = Scratch<Int32>(rows, repeating: -1)
        let rowOf = Scratch<Int32>(columns, repeating: -1)
        // Most rows want a column of their own: they have it at once.
        for row in 0..<rows {
            let line = gains + row * columns
            var best = 0
            for column in 0..<columns where line[column] > line[best] { best = column }
            rowPrices.pointer[row] = -line[best]
            if rowOf.pointer[best] < 0 {
                (rowOf.pointer[best], columnOf.pointer[row]) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: best))
            }
        }
        let path = AugmentingPath(
            gains, columns: columns, rowPrices: rowPrices, columnPrices: columnPrices, columnOf: columnOf, rowOf: rowOf)
        for row in 0..<rows where columnOf.pointer[row] < 0 {
            try check()
            path.assign(row)
        }
        return columnOf.array
    }
}
