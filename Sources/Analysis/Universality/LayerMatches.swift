/// In which layers the best partners lie: reference layer × layer of the best match.
public struct LayerMatches: Hashable, Codable, Sendable {
    /// The other model; nil for the sum over all of them.
    public var model: String?
    /// Counts, `[reference layers][layers of the other model]`. Neurons without variance are left out.
    public var counts: [[Int]]

    /// A matrix of counts.
    public init(model: String?, counts: [[Int]]) {
        self.model = model
        self.counts = counts
    }

    /// The share of neurons whose best match lies at most `distance` layers away.
    public func share(within distance: Int) -> Double {
        var near = 0
        var all = 0
        for (row, counts) in counts.enumerated() {
            for (column, count) in counts.enumerated() {
                all += count
                if abs(row - column) <= distance { near += count }
            }
        }
        return all > 0 ? Double(near) / Double(all) : 0
    }

    /// The sum of several models' counts; a model with fewer layers counts in those that it has.
    static func sum(_ matches: [LayerMatches]) -> LayerMatches {
        let rows = matches.map(\.counts.count).max() ?? 0
        let columns = matches.compactMap { $0.counts.first?.count }.max() ?? 0
        var counts = Array(repeating: Array(repeating: 0, count: columns), count: rows)
        for match in matches {
            for (row, entries) in match.counts.enumerated() {
                for (column, count) in entries.enumerated() { counts[row][column] += count }
            }
        }
        return LayerMatches(model: nil, counts: counts)
    }
}
