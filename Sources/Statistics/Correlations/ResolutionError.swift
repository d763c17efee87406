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

extension StoredStatistics {
    /// The error of all blocks' correlations from the resolution; columns without variance do not count.
    ///
    /// - Throws: `StatisticsError`.
    public func resolutionError() throws -> ResolutionError {
        var worst: (share: Double, chunks: Int, tokens: Int, deviations: Double) = (0, 0, 1, 1)
        var least: [Int: Double] = [:]
        var sizes: [Int: (chunks: Int, tokens: Int)] = [:]
        for block in layout.blocks where block.isWithin {
            let sums = try standardised(block, over: .all(replicates)).rows
            least[block.rows] = sums.variances.filter { $0 > 0 }.min()?.squareRoot() ?? 1
            sizes[block.rows] = (sums.chunks, sums.tokens)
        }
        for block in layout.blocks {
            guard let row = least[block.rows], let column = least[block.columns], let size = sizes[block.columns], size.tokens > 0 else {
                continue
            }
            let share = (Double(size.chunks) / 12).squareRoot() / Double(size.tokens) / (row * column)
            if share > worst.share { worst = (share, size.chunks, size.tokens, row * column) }
        }
        return ResolutionError(
            q: snapshot.shape.settings.resolution, chunks: worst.chunks, tokens: worst.tokens, leastDeviations: worst.deviations)
    }
}
