import Analysis
import SystemPackage

/// How alike the layers of a run's models are, as far as they were compared.
public struct SimilarityOutcome: Encodable, Sendable {
    /// Two models.
    public struct Pair: Encodable, Sendable {
        /// The two models' names, as files of pairs are called.
        public let pair: String
        /// By measure, as the table's columns are called, `[layers of the first][layers of the second]`; nil where layers were not compared
        /// by it.
        public let figures: [String: [[Double?]]]
    }

    /// The table that was written.
    public let table: String
    /// Counted tokens.
    public let tokens: Int
    /// The share of the largest variance below which a direction counted as none.
    public let cutoff: Double
    /// What the statistics lack; nil where they are complete.
    public let incomplete: Incompleteness?
    /// The pairs of models of which layers were compared, now or before.
    public let pairs: [Pair]

    /// The names of the measures, in the table's order.
    public static let names = LayerSimilarity().figures.map(\.name)

    /// - Parameter rows: of the table, pair after pair.
    init(
        table: FilePath, cutoff: Double, incomplete: Incompleteness?, rows: [SimilarityTable.Row],
        layers: (_ pair: String) -> (a: Int, b: Int)
    ) {
        self.incomplete = incomplete
        self.table = table.string
        self.cutoff = cutoff
        tokens = rows.map(\.tokens).max() ?? 0
        var names: [String] = []
        for row in rows where names.last != row.pair { names.append(row.pair) }
        pairs = names.map { name in
            let count = layers(name)
            let none = [[Double?]](repeating: Array(repeating: nil, count: count.b), count: count.a)
            var figures = Dictionary(uniqueKeysWithValues: Self.names.map { ($0, none) })
            for row in rows where row.pair == name {
                for figure in row.similarity.figures { figures[figure.name]?[row.layers.a][row.layers.b] = figure.value }
            }
            return Pair(pair: name, figures: figures.filter { $0.value.joined().contains { $0 != nil } })
        }
    }
}
