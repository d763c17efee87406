import Statistics

/// The columns of one side of a block, as deviations of each replicate from the whole, and what follows for every set of replicates.
///
/// With w_r = n_r / N, δ_r = μ_r − μ (μ over all replicates) and share_s = Σ_{r∈s} w_r:
///
///     δ_s = Σ_{r∈s} w_r δ_r / share_s,   var_s = Σ_{r∈s} w_r (var_r + (δ_r − δ_s)²) / share_s
struct PooledColumns: Sendable {
    let count: Int
    /// w_r, `[replicates]`; 0 for an empty replicate.
    let weights: [Double]
    /// The standard deviation over all replicates, `[columns]`; 0 marks a column without variance.
    let deviation: [Double]
    /// √var_r of each replicate, `[replicates][columns]`.
    let replicateDeviations: [[Double]]
    /// δ_r, `[replicates][columns]`.
    let replicateShifts: [[Double]]

    init(whole: ColumnMoments, replicates: [ColumnMoments]) {
        count = whole.mean.count
        let total = replicates.reduce(0) { $0 + $1.tokens }
        weights = replicates.map { total > 0 ? Double($0.tokens) / Double(total) : 0 }
        deviation = whole.variance.map { $0 > 0 ? $0.squareRoot() : 0 }
        replicateDeviations = replicates.map { $0.variance.map { $0 > 0 ? $0.squareRoot() : 0 } }
        replicateShifts = replicates.map { moments in
            moments.tokens == 0
                ? Array(repeating: 0, count: whole.mean.count) : zip(moments.mean, whole.mean).map { $0 - $1 }
        }
    }

    /// The share of all tokens that a set holds.
    func share(of set: ReplicateSet) -> Double {
        weights.indices.reduce(0) { set.contains($1) ? $0 + weights[$1] : $0 }
    }

    /// δ_s and √var_s of a set, `[columns]`; zeros for an empty one.
    func moments(over set: ReplicateSet) -> (shift: [Double], deviation: [Double]) {
        let members = weights.indices.filter { set.contains($0) && weights[$0] > 0 }
        let share = share(of: set)
        var shift = [Double](repeating: 0, count: count)
        var result = [Double](repeating: 0, count: count)
        guard share > 0 else { return (shift, result) }
        for r in members {
            let weight = weights[r] / share
            for j in 0..<count { shift[j] += weight * replicateShifts[r][j] }
        }
        for r in members {
            let weight = weights[r] / share
            for j in 0..<count {
                let distance = replicateShifts[r][j] - shift[j]
                result[j] += weight * (replicateDeviations[r][j] * replicateDeviations[r][j] + distance * distance)
            }
        }
        for j in 0..<count {
            // Below this a column is constant and what is left is rounding of its mean.
            let floor = 1e-24 * (deviation[j] * deviation[j])
            result[j] = deviation[j] > 0 && result[j] > floor ? result[j].squareRoot() : 0
        }
        return (shift, result)
    }

    /// Turns a replicate's correlations with other columns into its part of the covariance around the means over all replicates:
    ///
    ///     x(i,j) = w_r (ρ_r(i,j) σ_r,i σ_r,j + δ_r,i δ_r,j) · scale_i
    ///
    /// - Parameters:
    ///   - correlations: `[rows.count, columns.count]`, row-major; overwritten.
    ///   - scale: a factor for each row: 1 / σ_i, or 1.
    static func weigh(
        _ correlations: UnsafeMutablePointer<Float>, replicate r: Int, rows: PooledColumns, columns: PooledColumns, scale: [Double]
    ) {
        let n = columns.count
        let deviations = Scratch(columns.replicateDeviations[r].map { Float($0) }, orEmpty: 0)
        let shifts = Scratch(columns.replicateShifts[r].map { Float($0) }, orEmpty: 0)
        for i in 0..<rows.count {
            let factor = rows.weights[r] * scale[i]
            let first = Float(factor * rows.replicateDeviations[r][i])
            let second = Float(factor * rows.replicateShifts[r][i])
            let row = correlations + i * n
            let columnDeviations = deviations.pointer
            let columnShifts = shifts.pointer
            for j in 0..<n { row[j] = row[j] * first * columnDeviations[j] + second * columnShifts[j] }
        }
    }
}
