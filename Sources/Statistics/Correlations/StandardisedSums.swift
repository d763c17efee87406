/// Moments of standardised columns from their exact power sums.
struct StandardisedSums {
    let sums: PowerSums
    let tokens: Int
    let chunks: Int

    private var perLow: Double { 0x1p-32 / Double(max(tokens, 1)) }
    private var perHigh: Double { 0x1p-24 / Double(max(tokens, 1)) }

    /// Mean z, `[columns]`.
    var means: [Double] { sums.first.map { Double($0) * perLow } }

    /// Population variance of z, `[columns]`; exactly 0 for a constant column.
    ///
    /// Of a constant column the sums leave a little: the float64 rounding of a chunk's sums and that to the quantum. A variance no larger than
    /// that is none.
    var variances: [Double] {
        zip(sums.first, sums.second).map { first, second in
            let (mean, square) = (Double(first) * perLow, Double(second) * perLow)
            let variance = square - mean * mean
            let noise = 1e-11 * square + Double(chunks) * perLow
            return variance > noise ? variance : 0
        }
    }

    /// 1 / deviation of z, `[columns]`; 0 for a constant column, so that its correlations are 0.
    var inverseDeviations: [Double] { variances.map { $0 > 0 ? 1 / $0.squareRoot() : 0 } }

    /// The moments in activation units.
    func moments(undoing calibration: Calibration.Group) -> ColumnMoments {
        let (means, variances) = (means, variances)
        let inverse = calibration.inverseScale
        var result = ColumnMoments(tokens: tokens, mean: [], variance: [], skewness: [], kurtosis: [], positiveShare: [])
        for column in 0..<sums.columns {
            // The kernels multiply by the rounded inverse, so that is what has to be undone.
            let scale = 1 / Double(inverse[column])
            let (m1, variance) = (means[column], variances[column])
            let m2 = Double(sums.second[column]) * perLow
            let m3 = Double(sums.third[column]) * perHigh
            let m4 = Double(sums.fourth[column]) * perHigh
            let third = m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1
            let fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 * m1 * m1 * m1
            result.mean.append(Double(calibration.mean[column]) + scale * m1)
            result.variance.append(scale * scale * variance)
            result.skewness.append(variance > 0 ? third / (variance * variance.squareRoot()) : 0)
            result.kurtosis.append(variance > 0 ? fourth / (variance * variance) : 0)
            result.positiveShare.append(Double(sums.positive[column]) / Double(max(tokens, 1)))
        }
        return result
    }
}
