/// All that the effect of rounded activations on a group's correlations depends on.
///
/// For a column of standardised values z with mean square s = m² + σ² (in steps, squared), `power` is s / σ², and `noise` is v / σ², v being
/// the largest variance that a rounding can have.
public struct RoundingSpread: Hashable, Codable, Sendable {
    /// The mean of `power` over the columns that vary, and its largest.
    public let power, largestPower: Double
    /// The mean of `noise` over the columns that vary, and its largest.
    public let noise, largestNoise: Double
    /// Values of the group beyond the largest integer.
    public let beyond: Int
    /// Values of the group.
    public let values: Int

    /// - Parameter hasIntegers: whether there is nothing to be rounded.
    init(_ sums: StandardisedSums, hasIntegers: Bool, beyond: Int) {
        let variances = sums.variances
        let squares = zip(sums.means, variances).map { $0 * $0 + $1 }
        let varying = variances.indices.filter { variances[$0] > 0 }
        let powers = varying.map { squares[$0] / variances[$0] }
        let noises = varying.map { hasIntegers ? 0 : RoundingError.variance(meanSquare: squares[$0]) / variances[$0] }
        let count = Double(max(varying.count, 1))
        power = powers.reduce(0, +) / count
        largestPower = powers.max() ?? 0
        noise = noises.reduce(0, +) / count
        largestNoise = noises.max() ?? 0
        self.beyond = beyond
        values = variances.count * sums.tokens
    }
}

extension StoredStatistics {
    /// The spread of a group's columns over all replicates; nil where activations are not rounded.
    ///
    /// - Parameters:
    ///   - block: the group's own within-layer block.
    ///   - sums: of its columns over all replicates.
    func roundingSpread(of block: Block, sums: StandardisedSums) -> RoundingSpread? {
        guard snapshot.shape.settings.bits != nil else { return nil }
        return RoundingSpread(
            sums, hasIntegers: calibration.groups[block.rows].hasIntegers,
            beyond: inputs(of: block, over: .all(replicates)).reduce(0) { $0 &+ ($1.entry.beyond ?? 0) })
    }
}
