import CKernels

/// Keeps the strongest examples of one group's columns while rows stream by.
final class StrongestExamples {
    private(set) var list: ExampleList
    /// For each column the value that a newcomer has to exceed to be looked at, `[columns]`.
    private var thresholds: [Float]
    private var selected: [Int32]

    init(group: Int, columns: Int, settings: ExampleSettings) {
        list = ExampleList(group: group, columns: columns, settings: settings)
        thresholds = Array(repeating: 0, count: columns)
        selected = Array(repeating: 0, count: columns)
    }

    /// Looks at the counted positions of one row, `[context, columns]`.
    func offer(_ values: UnsafePointer<Float>, row: TokenRow, positions: [Int32]) {
        let columns = list.columns
        for position in positions {
            let line = values + Int(position) * columns
            let count = un_select_above(line, thresholds, &selected, columns)
            for index in 0..<count {
                let column = Int(selected[index])
                // NaN and infinities are reported by the chunk's power sums.
                guard line[column].isFinite else { continue }
                insert(line[column], column: column, row: row, position: position)
            }
        }
    }

    private func insert(_ value: Float, column: Int, row: TokenRow, position: Int32) {
        let (count, width) = (list.settings.count, list.settings.window)
        let first = column * count
        let newcomer = (value, Int32(truncatingIfNeeded: row.index), position)
        var place = first + count
        while place > first, Self.isFree(list, place - 1) || ExampleList.precedes(newcomer, Self.key(list, place - 1)) { place -= 1 }
        guard place < first + count else { return }
        for target in stride(from: first + count - 1, to: place, by: -1) {
            list.values[target] = list.values[target - 1]
            list.rows[target] = list.rows[target - 1]
            list.positions[target] = list.positions[target - 1]
            for offset in 0..<width { list.windows[target * width + offset] = list.windows[(target - 1) * width + offset] }
        }
        list.values[place] = value
        list.rows[place] = newcomer.1
        list.positions[place] = position
        for offset in 0..<width {
            let source = Int(position) - list.settings.before + offset
            list.windows[place * width + offset] = row.tokens.indices.contains(source) ? row.tokens[source] : -1
        }
        // A tie with the weakest example may still win by its row, so equal values have to pass.
        let weakest = list.values[first + count - 1]
        if weakest > 0 { thresholds[column] = weakest.nextDown }
    }

    @inline(__always)
    private static func isFree(_ list: ExampleList, _ place: Int) -> Bool { list.values[place] == 0 }

    @inline(__always)
    private static func key(_ list: ExampleList, _ place: Int) -> (value: Float, row: Int32, position: Int32) {
        (list.values[place], list.rows[place], list.positions[place])
    }
}
