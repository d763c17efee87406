/// The search of ``NeuronAssignment`` for a row that has no column yet: the cheapest chain of rows that each give their column to the one
/// before and take another, up to a column that nobody has.
struct AugmentingPath {
    private let gains: UnsafePointer<Double>
    private let columns: Int
    private let rowPrices, columnPrices: Scratch<Double>
    private let columnOf, rowOf: Scratch<Int32>
    /// The length of the shortest path to each column.
    private let distances: Scratch<Double>
    /// The row before each column on that path.
    private let previous: Scratch<Int32>
    /// The columns that were not reached yet, then those that were, in turn from the end.
    private let open: Scratch<Int32>

    init(
        _ gains: UnsafePointer<Double>, columns: Int, rowPrices: Scratch<Double>, columnPrices: Scratch<Double>,
        columnOf: Scratch<Int32>, rowOf: Scratch<Int32>
    ) {
        (self.gains, self.columns, self.rowPrices, self.columnPrices) = (gains, columns, rowPrices, columnPrices)
        (self.columnOf, self.rowOf) = (columnOf, rowOf)
        distances = Scratch(columns, repeating: 0)
        previous = Scratch(columns, repeating: -1)
        open = Scratch(columns, repeating: 0)
    }

    /// Gives a row a column; rows that have one keep one.
    func assign(_ start: Int) {
        let (distances, previous, open) = (distances.pointer, previous.pointer, open.pointer)
        for column in 0..<columns {
            distances[column] = .infinity
            open[column] = Int32(truncatingIfNeeded: column)
        }
        var (row, lowest, remaining) = (start, 0.0, columns)
        var end = -1
        while end < 0 {
            let line = gains + row * columns
            let base = lowest - rowPrices.pointer[row]
            var (nearest, place) = (Double.infinity, 0)
            for index in 0..<remaining {
                let column = Int(open[index])
                let length = base - line[column] - columnPrices.pointer[column]
                if length < distances[column] {
                    distances[column] = length
                    previous[column] = Int32(truncatingIfNeeded: row)
                }
                // Of equal ones rather a column that ends the path.
                let distance = distances[column]
                if distance < nearest || (distance == nearest && rowOf.pointer[column] < 0 && rowOf.pointer[Int(open[place])] >= 0) {
                    (nearest, place) = (distance, index)
                }
            }
            lowest = nearest
            let column = Int(open[place])
            remaining -= 1
            open.swap(place, remaining)
            if rowOf.pointer[column] < 0 { end = column } else { row = Int(rowOf.pointer[column]) }
        }
        raise(start, reached: remaining..<columns, by: lowest)
        var column = end
        while true {
            let row = Int(previous[column])
            rowOf.pointer[column] = Int32(truncatingIfNeeded: row)
            let before = Int(columnOf.pointer[row])
            columnOf.pointer[row] = Int32(truncatingIfNeeded: column)
            if row == start { return }
            column = before
        }
    }

    /// Makes the path one of zeros, and no other cost negative.
    private func raise(_ start: Int, reached: Range<Int>, by lowest: Double) {
        rowPrices.pointer[start] += lowest
        for index in reached {
            let column = Int(open.pointer[index])
            let difference = lowest - distances.pointer[column]
            columnPrices.pointer[column] -= difference
            if rowOf.pointer[column] >= 0 { rowPrices.pointer[Int(rowOf.pointer[column])] += difference }
        }
    }
}

extension UnsafeMutablePointer {
    /// Exchanges two elements.
    fileprivate func swap(_ i: Int, _ j: Int) { (self[i], self[j]) = (self[j], self[i]) }
}
