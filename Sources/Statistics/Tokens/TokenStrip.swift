/// The sums of one group's columns at neighbouring tokens of the vocabulary: a part of ``TokenSums``. Once made it does not change.
public struct TokenStrip: Sendable {
    /// The tokens, at least one, and how often they count.
    public let table: TokenTable
    /// Columns of the group.
    public let columns: Int
    /// In units of 2^-16, `[tokens, columns]`, 64 bits wide.
    let sums: TileSums

    init(table: TokenTable, columns: Int, sums: TileSums) {
        precondition(!table.ids.isEmpty && sums.count == table.ids.count * columns)
        self.table = table
        self.columns = columns
        self.sums = sums
    }

    /// The strip's place among all strips of the vocabulary.
    var number: Int { TokenTable.strip(of: table.ids[0]) }

    /// The sums of one token's columns, `[columns]`, in units of 2^-16.
    ///
    /// - Parameter place: of the token in `table`.
    public func withSums<Result>(at place: Int, _ body: (UnsafeBufferPointer<Int64>) throws -> Result) rethrows -> Result {
        precondition(table.ids.indices.contains(place))
        return try body(UnsafeBufferPointer(start: UnsafePointer(sums.int64) + place * columns, count: columns))
    }

    /// The sums over the places of both.
    ///
    /// - Precondition: The strips have the same number and as many columns.
    func adding(_ other: TokenStrip) -> TokenStrip {
        precondition(other.number == number && other.columns == columns)
        var (ids, counts): ([Int32], [Int64]) = ([], [])
        // Where each token's sums lie in both; nil where it does not occur.
        var sources: [(mine: Int?, theirs: Int?)] = []
        var (i, j) = (0, 0)
        while i < table.ids.count || j < other.table.ids.count {
            let mine = i < table.ids.count ? table.ids[i] : .max
            let theirs = j < other.table.ids.count ? other.table.ids[j] : .max
            ids.append(min(mine, theirs))
            counts.append((mine <= theirs ? table.counts[i] : 0) + (theirs <= mine ? other.table.counts[j] : 0))
            sources.append((mine <= theirs ? i : nil, theirs <= mine ? j : nil))
            if mine <= theirs { i += 1 }
            if theirs <= mine { j += 1 }
        }
        let result = TileSums(count: ids.count * columns, width: .int64)
        for (place, source) in sources.enumerated() {
            let target = result.int64 + place * columns
            for from in [source.mine.map { sums.int64 + $0 * columns }, source.theirs.map { other.sums.int64 + $0 * columns }] {
                guard let from else { continue }
                for column in 0..<columns { target[column] &+= from[column] }
            }
        }
        return TokenStrip(table: TokenTable(ids: ids, counts: counts), columns: columns, sums: result)
    }

    /// What is beyond what so many activations can make; nil for sums that may be sums.
    var problem: String? {
        for (place, count) in table.counts.enumerated() {
            let largest = count * TokenSums.largestValue
            let isBounded = withSums(at: place) { sums in sums.allSatisfy { (-largest...largest).contains($0) } }
            if !isBounded { return "a sum at token \(table.ids[place]) is larger than its \(count) places allow" }
        }
        return nil
    }
}
