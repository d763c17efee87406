/// Tokens of the vocabulary that stand at counted places, and at how many.
public struct TokenTable: Hashable, Sendable {
    /// The tokens' ids, ascending.
    public let ids: [Int32]
    /// How often each of them counts, at least once.
    public let counts: [Int64]

    init(ids: [Int32], counts: [Int64]) {
        precondition(ids.count == counts.count)
        self.ids = ids
        self.counts = counts
    }

    /// The tokens of some rows.
    ///
    /// - Parameter isCounted: for each token id whether it counts, `[vocabulary]`.
    init(of rows: ShardRows, isCounted: [Bool]) {
        var counts = Array(repeating: Int64(0), count: isCounted.count)
        for token in rows.tokens where isCounted[Int(token)] { counts[Int(token)] += 1 }
        let ids = counts.indices.filter { counts[$0] > 0 }
        self.init(ids: ids.map { Int32($0) }, counts: ids.map { counts[$0] })
    }

    /// Counted places in all.
    public var tokens: Int { counts.reduce(0) { $0 + Int($1) } }

    /// The places in the table of each strip's tokens, in order: those whose ids have the same quotient by `TokenSums.stripTokens`.
    var strips: [Range<Int>] {
        var strips: [Range<Int>] = []
        var start = 0
        for place in ids.indices where place + 1 == ids.count || Self.strip(of: ids[place + 1]) != Self.strip(of: ids[place]) {
            strips.append(start..<place + 1)
            start = place + 1
        }
        return strips
    }

    /// A part of the table.
    subscript(places: Range<Int>) -> TokenTable { TokenTable(ids: Array(ids[places]), counts: Array(counts[places])) }

    /// The strip that a token belongs to.
    static func strip(of id: Int32) -> Int { Int(id) / TokenSums.stripTokens }

    /// What contradicts itself; nil for a table that may be one.
    ///
    /// - Parameters:
    ///   - vocabulary: tokens of the vocabulary.
    ///   - tokens: counted places in all.
    func problem(vocabulary: Int, tokens: Int) -> String? {
        guard tokens <= TokenSums.largestTokenCount else { return "its \(tokens) tokens are more than sums are kept of" }
        guard zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }), ids.first.map({ $0 >= 0 }) ?? true,
            ids.last.map({ $0 < vocabulary }) ?? true
        else { return "its tokens are out of order, or none of the vocabulary" }
        var rest = Int64(tokens)
        for count in counts {
            guard count >= 1, count <= rest else { return "its tokens count more or less often than it says" }
            rest -= count
        }
        return rest == 0 ? nil : "its tokens count more or less often than it says"
    }
}
