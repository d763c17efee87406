/// Σx and Σx² of raw activations in float64, for layers that are too quiet for the fixed point of `PowerSums`.
///
/// Chunks are added in their order by one caller, so the sums are the same bits for any number of threads.
struct RawSums {
    /// Σx, `[columns]`.
    private(set) var first: [Double]
    /// Σx², `[columns]`.
    private(set) var second: [Double]

    /// Sums over no token.
    init(columns: Int) {
        first = Array(repeating: 0, count: columns)
        second = first
    }

    /// Adds one chunk's sums.
    ///
    /// - Parameter sums: runs of `columns` numbers, of which the first two are Σx and Σx².
    mutating func add(chunk sums: UnsafePointer<Double>) {
        let columns = first.count
        for column in 0..<columns {
            first[column] += sums[column]
            second[column] += sums[columns + column]
        }
    }
}
