/// Keeps the tokens at which one group's columns are most active while rows stream by.
///
/// A token that was dropped is above nothing that stays, and what stays only grows: so what is kept at the end are the first ones of all.
final class StrongestTokens {
    private let group: Int
    private let columns: Int
    private let count: Int
    /// `[columns, count]`, as in `TokenMaxima`.
    private let values: UnsafeMutablePointer<Float>
    private let tokens: UnsafeMutablePointer<Int32>
    private let sieve: StrongestSieve

    init(group: Int, columns: Int, count: Int) {
        self.group = group
        self.columns = columns
        self.count = count
        values = .allocate(capacity: max(columns * count, 1))
        values.initialize(repeating: 0, count: columns * count)
        tokens = .allocate(capacity: max(columns * count, 1))
        tokens.initialize(repeating: 0, count: columns * count)
        sieve = StrongestSieve(columns: columns)
    }

    deinit {
        values.deallocate()
        tokens.deallocate()
    }

    /// What has been kept so far.
    var list: TokenMaxima {
        var list = TokenMaxima(group: group, columns: columns, count: count)
        list.values = Array(UnsafeBufferPointer(start: values, count: columns * count))
        list.tokens = Array(UnsafeBufferPointer(start: tokens, count: columns * count))
        return list
    }

    /// Looks at the counted positions of one row, `[context, columns]`.
    func offer(_ activations: UnsafePointer<Float>, row: TokenRow, positions: [Int32]) {
        sieve.sift(activations, positions: positions) { column, value, position in
            insert(value, row.tokens[Int(position)], column: column)
            return values[(column + 1) * count - 1]
        }
    }

    private func insert(_ value: Float, _ token: Int32, column: Int) {
        let first = column * count
        let end = first + count
        // Where the token stands, or else the last place, whose token makes room.
        var place = first
        while place < end - 1, values[place] > 0, tokens[place] != token { place += 1 }
        if values[place] > 0, !TokenMaxima.precedes((value, token), (values[place], tokens[place])) { return }
        while place > first, TokenMaxima.precedes((value, token), (values[place - 1], tokens[place - 1])) {
            values[place] = values[place - 1]
            tokens[place] = tokens[place - 1]
            place -= 1
        }
        values[place] = value
        tokens[place] = token
    }
}
