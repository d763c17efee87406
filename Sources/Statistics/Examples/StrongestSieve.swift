import CKernels

/// Finds among the activations of one group's columns those that may be among the strongest of their column, while rows stream by.
///
/// Its arrays are plain memory: an activation that is not kept costs one comparison.
final class StrongestSieve {
    private let columns: Int
    /// For each column the value that a newcomer has to exceed to be looked at, `[columns]`.
    private let thresholds: UnsafeMutablePointer<Float>
    private let selected: UnsafeMutablePointer<Int32>

    init(columns: Int) {
        self.columns = columns
        thresholds = .allocate(capacity: max(columns, 1))
        thresholds.initialize(repeating: 0, count: columns)
        selected = .allocate(capacity: max(columns, 1))
        selected.initialize(repeating: 0, count: columns)
    }

    deinit {
        thresholds.deallocate()
        selected.deallocate()
    }

    /// Looks at some positions of one row, `[context, columns]`.
    ///
    /// - Parameter keep: keeps an activation where it is among the strongest of its column, and returns the weakest one that the column has
    ///   now; 0 while it has places.
    @inline(__always)
    func sift(
        _ activations: UnsafePointer<Float>, positions: [Int32], keep: (_ column: Int, _ value: Float, _ position: Int32) -> Float
    ) {
        for position in positions {
            let line = activations + Int(position) * columns
            let count = un_select_above(line, thresholds, selected, columns)
            for index in 0..<count {
                let column = Int(selected[index])
                // NaN and infinities are reported by the chunk's power sums.
                guard line[column].isFinite else { continue }
                let weakest = keep(column, line[column], position)
                // A tie with the weakest may still win by what comes after the value, so equal values have to pass.
                if weakest > 0 { thresholds[column] = weakest.nextDown }
            }
        }
    }
}
