/// What rounding cross-products to multiples of q does to correlations.
///
/// Each chunk adds an error that is uniform within ±q/2, so after all chunks a correlation is off by q · √(chunks / 12) / (n · σa · σb) in the mean
/// square, σ being the final deviations of the standardised columns.
public struct ResolutionError: Hashable, Codable, Sendable {
    /// The root mean square for columns that vary as much as in the calibration (σ = 1).
    public let typical: Double
    /// The root mean square for the pair of columns that vary least.
    public let largest: Double

    /// - Parameters:
    ///   - q: the resolution.
    ///   - leastDeviations: the product of the least σ of the two columns of any pair.
    init(q: Double, chunks: Int, tokens: Int, leastDeviations: Double) {
        typical = q * (Double(chunks) / 12).squareRoot() / Double(max(tokens, 1))
        largest = leastDeviations > 0 ? typical / leastDeviations : typical
    }
}

extension ResolutionError {
    /// Whether the worst pair of columns is moved by more than sampling moves a correlation, 1/√tokens: then it says nothing.
    public func exceedsNoise(tokens: Int) -> Bool { largest * Double(max(tokens, 1)).squareRoot() > 1 }

    /// The error of all blocks' correlations from the resolution; columns without variance do not count.
    ///
    /// - Parameters:
    ///   - q: the resolution.
    ///   - spreads: by group; blocks of other groups do not count.
    public init(q: Double, spreads: [Int: ColumnSpread], layout: StatisticsLayout) {
        var worst: (share: Double, chunks: Int, tokens: Int, deviations: Double) = (0, 0, 1, 1)
        for block in layout.blocks {
            guard let row = spreads[block.rows], let column = spreads[block.columns], column.tokens > 0 else { continue }
            let deviations = row.leastDeviation * column.leastDeviation
            let share = (Double(column.chunks) / 12).squareRoot() / Double(column.tokens) / deviations
            if share > worst.share { worst = (share, column.chunks, column.tokens, deviations) }
        }
        self.init(q: q, chunks: worst.chunks, tokens: worst.tokens, leastDeviations: worst.deviations)
    }
}

extension StoredStatistics {
    /// The error of all blocks' correlations from the resolution; columns without variance do not count.
    ///
    /// - Throws: `StatisticsError`.
    public func resolutionError() throws -> ResolutionError {
        ResolutionError(q: snapshot.shape.settings.resolution, spreads: try spreads(), layout: layout)
    }
}
