/// What rounding activations to integers at random does to correlations.
///
/// A value z becomes k = z + e with mean 0 of e and variance f (1 − f) ≤ 1/4, f being the fraction of z; also f (1 − f) is at most the distance
/// to the nearest integer, so at most |z|. The roundings of two columns are independent, so of Σ ka kb the mean is Σ za zb and the variance
/// Σ (za² vb + zb² va + va vb). Divided by n² σa² σb² that is the variance of the correlation around the one of the values, as far as
/// roundings make it: with p = Σz² / (n σ²) and w = v / σ² it is (pa wb + pb wa + wa wb) / n. Means and deviations come from the values
/// themselves. The diagonal of a within-layer block, where both factors are one rounding, is 1 by definition and not looked at.
public struct RoundingError: Hashable, Codable, Sendable {
    /// The bits of an activation.
    public let bits: Int
    /// The root mean square over all pairs of columns that vary: at most this.
    public let typical: Double
    /// The root mean square for the pair of columns for which it is largest: at most this.
    public let largest: Double
    /// The share of values beyond the largest integer, which cost time and no precision.
    public let beyond: Double

    /// The largest variance of a rounding of values with this mean square: the mean |z| is at most the root of the mean z².
    static func variance(meanSquare: Double) -> Double { min(0.25, meanSquare.squareRoot()) }

    /// The error of all blocks' correlations between different columns.
    ///
    /// - Parameters:
    ///   - bits: the bits of an activation.
    ///   - spreads: by group; blocks of other groups do not count.
    public init(bits: Int, spreads: [Int: ColumnSpread], layout: StatisticsLayout) {
        var (sum, pairs, largest) = (0.0, 0.0, 0.0)
        for block in layout.blocks {
            guard let row = spreads[block.rows], let column = spreads[block.columns], column.tokens > 0,
                let a = row.rounding, let b = column.rounding
            else { continue }
            let entries = Double(layout.entries(of: block))
            let tokens = Double(column.tokens)
            sum += entries * (a.power * b.noise + b.power * a.noise + a.noise * b.noise) / tokens
            pairs += entries
            largest = max(
                largest,
                (a.largestPower * b.largestNoise + b.largestPower * a.largestNoise + a.largestNoise * b.largestNoise) / tokens)
        }
        let groups = spreads.values.compactMap(\.rounding)
        let values = groups.reduce(0.0) { $0 + Double($1.values) }
        self.bits = bits
        typical = (sum / max(pairs, 1)).squareRoot()
        self.largest = largest.squareRoot()
        beyond = groups.reduce(0.0) { $0 + Double($1.beyond) } / max(values, 1)
    }
}

extension StoredStatistics {
    /// The error of all blocks' correlations from rounded activations; nil where they are not rounded.
    ///
    /// - Throws: `StatisticsError`.
    public func roundingError() throws -> RoundingError? {
        guard let bits = snapshot.shape.settings.bits else { return nil }
        return RoundingError(bits: bits.rawValue, spreads: try spreads(), layout: layout)
    }
}
