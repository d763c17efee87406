import Storage
import SystemPackage

/// `similarity.csv`: how alike layers of two models are, one row for each two layers that were compared.
///
/// Columns: `pair`, `layer_a`, `layer_b`, then each measure (``LayerSimilarity/figures``), empty where it was not asked for; `tokens`, and how
/// many directions with variance each layer has, `rank_a` and `rank_b`; `incomplete`, 1 where shards of the plan were missing.
public struct SimilarityTable: Sendable {
    /// Two layers.
    public struct Row: Sendable {
        /// The two models, as files of pairs are called.
        public let pair: String
        /// The layers of the first and the second one.
        public let layers: (a: Int, b: Int)
        /// Counted tokens.
        public let tokens: Int
        /// Directions with variance; nil where they were not asked for.
        public let ranks: (a: Int?, b: Int?)
        /// Whether they were compared without some of the plan's shards.
        public let isIncomplete: Bool
        /// How alike they are.
        public let similarity: LayerSimilarity

        /// Two layers.
        public init(
            pair: String, layers: (a: Int, b: Int), tokens: Int, ranks: (a: Int?, b: Int?), isIncomplete: Bool, similarity: LayerSimilarity
        ) {
            (self.pair, self.layers, self.tokens, self.ranks) = (pair, layers, tokens, ranks)
            (self.isIncomplete, self.similarity) = (isIncomplete, similarity)
        }
    }

    private let rows: [Row]

    /// A table of rows, in their order.
    public init(_ rows: [Row]) { self.rows = rows }

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(
                CSVRow.line(
                    ["pair", "layer_a", "layer_b"] + LayerSimilarity().figures.map(\.name) + ["tokens", "rank_a", "rank_b", "incomplete"]))
            for row in rows {
                try file.write(
                    CSVRow.line(
                        [row.pair, "\(row.layers.a)", "\(row.layers.b)"] + row.similarity.figures.map { $0.value.map { "\($0)" } ?? "" }
                            + ["\(row.tokens)", row.ranks.a.map { "\($0)" } ?? "", row.ranks.b.map { "\($0)" } ?? ""]
                            + [row.isIncomplete ? "1" : "0"]))
            }
        }
    }
}
