import Models
import Statistics

/// Statistics computed directly from a matrix of neurons and a matrix of features, for tests.
struct DenseFeatureStatistics: BlockStatistics {
    let layout: StatisticsLayout
    let replicates = 1
    /// For each column group its columns, `[columns][tokens]`.
    let values: [[[Double]]]

    /// - Parameters:
    ///   - layers: the reference model's neurons by layer, `[columns][tokens]`.
    ///   - others: another model's, which is compared with features too; nil without one.
    ///   - features: `[features][tokens]`, 0 or 1.
    init(layers: [[[Double]]], others: [[[Double]]]? = nil, features: [[Double]]) {
        func groups(_ source: String, _ layers: [[[Double]]]) -> [ColumnGroup] {
            layers.enumerated().map { ColumnGroup(source: source, layer: $0.offset, columns: $0.element.count) }
        }
        layout = StatisticsLayout(
            models: [groups("a", layers)] + (others.map { [groups("b", $0)] } ?? []),
            features: [ColumnGroup(source: FeatureBank.sourceID, layer: 0, columns: features.count)],
            explained: others == nil ? .reference : .all, pairing: .reference)
        values = layers + (others ?? []) + [features]
    }

    func tokens(of block: Block, over replicates: ReplicateSet) throws -> Int { values[0].first?.count ?? 0 }

    func moments(of block: Block, over replicates: ReplicateSet) throws -> (rows: ColumnMoments, columns: ColumnMoments) {
        (moments(values[block.rows]), moments(values[block.columns]))
    }

    private func moments(_ columns: [[Double]]) -> ColumnMoments {
        ColumnMoments(
            tokens: columns.first?.count ?? 0, mean: columns.map(mean), variance: columns.map(variance), skewness: [], kurtosis: [],
            positiveShare: [])
    }

    func correlations(of block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Float>) throws {
        let rows = values[block.rows]
        let columns = values[block.columns]
        for (i, x) in rows.enumerated() {
            for (j, y) in columns.enumerated() {
                let mx = mean(x)
                let my = mean(y)
                let scale = (variance(x) * variance(y)).squareRoot()
                let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / Double(x.count)
                correlations[i * columns.count + j] = scale > 0 ? Float(covariance / scale) : 0
            }
        }
    }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// Population variance.
func variance(_ values: [Double]) -> Double {
    let mean = mean(values)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
}
