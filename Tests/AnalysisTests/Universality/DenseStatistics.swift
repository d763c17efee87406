import Statistics

/// Statistics straight from activations that lie in memory, split over replicates: the reference that needs no store.
struct DenseStatistics: BlockStatistics {
    let layout: StatisticsLayout
    let replicates: Int
    /// The replicate of each token.
    private let replicate: [Int]
    /// The columns of each group, `[groups][columns][tokens]`.
    private let columns: [[[Double]]]

    /// - Parameters:
    ///   - models: the activations of each layer of each model, `[columns][tokens]`.
    ///   - replicate: the replicate of each token.
    init(
        models: [(id: String, layers: [[[Double]]])], replicate: [Int], replicates: Int, pairing: SourcePairing = .reference,
        band: LayerBand? = nil
    ) {
        layout = StatisticsLayout(
            models: models.map { model in
                model.layers.enumerated().map { ColumnGroup(source: model.id, layer: $0.offset, columns: $0.element.count) }
            }, features: [], pairing: pairing, band: band)
        self.replicate = replicate
        self.replicates = replicates
        columns = models.flatMap(\.layers)
    }

    private func rows(_ set: ReplicateSet) -> [Int] { replicate.indices.filter { set.contains(replicate[$0]) } }

    func tokens(of block: Block, over replicates: ReplicateSet) -> Int { rows(replicates).count }

    func moments(of block: Block, over replicates: ReplicateSet) -> (rows: ColumnMoments, columns: ColumnMoments) {
        (moments(group: block.rows, over: replicates), moments(group: block.columns, over: replicates))
    }

    private func moments(group: Int, over set: ReplicateSet) -> ColumnMoments {
        let rows = rows(set)
        let n = Double(max(1, rows.count))
        let means = columns[group].map { column in rows.reduce(0) { $0 + column[$1] } / n }
        let variances = zip(columns[group], means).map { column, mean in
            let variance = rows.reduce(0) { $0 + (column[$1] - mean) * (column[$1] - mean) } / n
            return variance < 1e-18 ? 0 : variance
        }
        let zeros = means.map { _ in 0.0 }
        return ColumnMoments(tokens: rows.count, mean: means, variance: variances, skewness: zeros, kurtosis: zeros, positiveShare: zeros)
    }

    func correlations(of block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Float>) {
        let rows = rows(replicates)
        func standardised(_ group: Int) -> [[Double]] {
            let moments = moments(group: group, over: replicates)
            return columns[group].indices.map { j in
                let scale = moments.variance[j] > 0 ? 1 / (moments.variance[j] * Double(rows.count)).squareRoot() : 0
                return rows.map { (columns[group][j][$0] - moments.mean[j]) * scale }
            }
        }
        let x = standardised(block.rows)
        let y = standardised(block.columns)
        for i in x.indices {
            for j in y.indices {
                var sum = 0.0
                for t in rows.indices { sum += x[i][t] * y[j][t] }
                correlations[i * y.count + j] = Float(sum)
            }
        }
    }
}
