import Storage

/// For every column of one group the tokens of the vocabulary at which it is most active: a token's value is the highest activation that the column
/// has at any of its counted places. In a fixed order, by value descending, then by token; only positive activations count.
///
/// A token that is among the first over all shards is among the first of the shard with its highest activation: so lists that are merged are those
/// over everything, to the bit, in whatever order.
public struct TokenMaxima: StrongestList, Hashable {
    /// The layout's group.
    public let group: Int
    /// Columns of the group.
    public let columns: Int
    /// Tokens of each column.
    public let count: Int
    /// `[columns, count]`; 0 marks an empty place, and empty places come last.
    var values: [Float]
    /// Token ids, `[columns, count]`; 0 in empty places.
    var tokens: [Int32]

    /// Lists without tokens.
    public init(group: Int, columns: Int, count: Int) {
        self.group = group
        self.columns = columns
        self.count = count
        values = Array(repeating: 0, count: columns * count)
        tokens = Array(repeating: 0, count: columns * count)
    }

    /// The tokens of one column, highest first.
    public func tokens(of column: Int) -> [(token: Int32, value: Float)] {
        (column * count..<(column + 1) * count).filter { values[$0] > 0 }.map { (tokens[$0], values[$0]) }
    }

    /// All values, `[columns, count]`; 0 in empty places.
    public var allValues: [Float] { values }
    /// All token ids, `[columns, count]`; 0 in empty places.
    public var allTokens: [Int32] { tokens }

    /// Whether a token comes before another one.
    @inline(__always)
    static func precedes(_ x: (value: Float, token: Int32), _ y: (value: Float, token: Int32)) -> Bool {
        x.value != y.value ? x.value > y.value : x.token < y.token
    }

    /// Keeps the first tokens of both, in as many steps as they have places.
    public mutating func merge(_ other: TokenMaxima) {
        precondition(other.group == group && other.columns == columns && other.count == count)
        var merged = TokenMaxima(group: group, columns: columns, count: count)
        var taken = TakenTokens(most: count)
        for column in 0..<columns {
            let first = column * count
            let end = first + count
            var (i, j, place) = (first, first, first)
            while place < end {
                let mine = i < end && values[i] > 0
                let theirs = j < end && other.values[j] > 0
                guard mine || theirs else { break }
                let takesMine = mine && (!theirs || Self.precedes((values[i], tokens[i]), (other.values[j], other.tokens[j])))
                let (value, token) = takesMine ? (values[i], tokens[i]) : (other.values[j], other.tokens[j])
                if takesMine { i += 1 } else { j += 1 }
                // What comes second of a token is its lower value.
                guard taken.insert(token, of: column) else { continue }
                merged.values[place] = value
                merged.tokens[place] = token
                place += 1
            }
        }
        self = merged
    }

    /// What contradicts itself; nil for lists that may be lists.
    var problem: String? {
        for column in 0..<columns {
            for place in column * count..<(column + 1) * count {
                let (value, token) = (values[place], tokens[place])
                guard value.isFinite, value >= 0, token >= 0 else { return "an activation or a token is none" }
                let isOrdered =
                    place == column * count || Self.precedes((values[place - 1], tokens[place - 1]), (value, token))
                    || (value == 0 && token == 0)
                if !isOrdered { return "its tokens are out of order" }
            }
        }
        return nil
    }

    /// The checksum of the lists' content.
    public var digest: Digest {
        var builder = DigestBuilder()
        values.withUnsafeBytes { builder.update($0) }
        tokens.withUnsafeBytes { builder.update($0) }
        return builder.finalize()
    }
}
