/// The tokens that a column has already while lists are merged: a table with open addressing. It is not emptied between columns, each place
/// says of which column it is.
struct TakenTokens {
    private var tokens: [Int32]
    /// Of which column a place is; −1 before the first.
    private var columns: [Int]
    /// The upper bits of a hash that are a place.
    private let shift: UInt32

    /// A table for so many tokens of a column at most.
    init(most: Int) {
        // Half of it stays empty: a search ends after a place or two.
        let bits = (2 * max(1, most) - 1).bitWidth - (2 * max(1, most) - 1).leadingZeroBitCount
        tokens = Array(repeating: 0, count: 1 << bits)
        columns = Array(repeating: -1, count: 1 << bits)
        shift = UInt32(32 - bits)
    }

    /// Takes a token of a column. Columns come one after the other.
    ///
    /// - Returns: whether the column did not have it.
    mutating func insert(_ token: Int32, of column: Int) -> Bool {
        // Knuth's multiplier spreads neighbours over the table.
        var place = Int((UInt32(bitPattern: token) &* 0x9E37_79B1) >> shift)
        while columns[place] == column {
            if tokens[place] == token { return false }
            place = (place + 1) & (tokens.count - 1)
        }
        tokens[place] = token
        columns[place] = column
        return true
    }
}
