import CKernels
import Kernels

/// The least and the largest value of every column of some groups.
struct ColumnRanges {
    /// `[groups][columns]`; infinite where nothing was looked at.
    private(set) var least: [[Float]]
    private(set) var largest: [[Float]]

    /// Ranges of groups of so many columns.
    init(columns: [Int]) {
        least = columns.map { Array(repeating: .infinity, count: $0) }
        largest = columns.map { Array(repeating: -.infinity, count: $0) }
    }

    /// Widens the ranges to the values of a chunk, whose groups are those of the ranges.
    mutating func add(_ chunk: Chunk) {
        for (place, group) in chunk.groups.enumerated() {
            guard let values = chunk.values[group] else { continue }
            let columns = least[place].count
            un_column_range(values, columns, chunk.tokens, columns, &least[place], &largest[place])
        }
    }
}
