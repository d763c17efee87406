/// The largest entry of each row and of each column of a matrix.
struct MatrixMaxima {
    /// The column of each row's largest entry, of equal ones the first, `[rows]`.
    let columnsOfRows: [Int]
    /// The row of each column's largest entry, of equal ones the first, `[columns]`.
    let rowsOfColumns: [Int]
    /// The mean of the rows' largest entries.
    let meanOfRows: Double
    /// The mean of the columns' largest entries.
    let meanOfColumns: Double

    /// Soft matching: the mean over both ways.
    var softMatching: Double { (meanOfRows + meanOfColumns) / 2 }

    /// Looks through `[rows, columns]`, row-major, of at least one row and one column.
    init(in strengths: UnsafePointer<Double>, rows: Int, columns: Int) {
        var best = [Double](repeating: -.infinity, count: columns)
        var (columnsOfRows, rowsOfColumns) = ([Int](repeating: 0, count: rows), [Int](repeating: 0, count: columns))
        var sum = 0.0
        for row in 0..<rows {
            let line = strengths + row * columns
            var (highest, place) = (-Double.infinity, 0)
            for column in 0..<columns {
                let strength = line[column]
                if strength > highest { (highest, place) = (strength, column) }
                if strength > best[column] { (best[column], rowsOfColumns[column]) = (strength, row) }
            }
            columnsOfRows[row] = place
            sum += highest
        }
        (self.columnsOfRows, self.rowsOfColumns) = (columnsOfRows, rowsOfColumns)
        meanOfRows = sum / Double(rows)
        meanOfColumns = best.reduce(0, +) / Double(columns)
    }
}
