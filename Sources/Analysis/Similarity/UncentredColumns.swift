import Statistics

/// What cosines between columns need beside their correlations: of each column the deviation and the mean, as shares of its length
/// ‖x‖ = √E[x²].
///
/// Nothing is centred: cos(x, y) = E[xy] / (‖x‖ ‖y‖), which is ρ · σx/‖x‖ · σy/‖y‖ + μx/‖x‖ · μy/‖y‖. A column of zeros has cosine 0 with
/// every other one.
public struct UncentredColumns: Sendable {
    /// σ/‖x‖, `[columns]`.
    let deviations: [Double]
    /// μ/‖x‖, `[columns]`.
    let means: [Double]

    /// The columns of one group.
    public init(_ moments: ColumnMoments) {
        let lengths = zip(moments.mean, moments.variance).map { ($0 * $0 + $1).squareRoot() }
        deviations = zip(moments.variance, lengths).map { $1 > 0 ? $0.squareRoot() / $1 : 0 }
        means = zip(moments.mean, lengths).map { $1 > 0 ? $0 / $1 : 0 }
    }

    /// Writes the cosines with other columns over the same tokens, `[own, others]`, row-major.
    ///
    /// - Parameter correlations: of the own ones with the others, `[own, others]`, row-major.
    func writeCosines(with others: UncentredColumns, correlations: UnsafePointer<Double>, into cosines: UnsafeMutablePointer<Double>) {
        let width = others.means.count
        others.deviations.withUnsafeBufferPointer { otherDeviations in
            others.means.withUnsafeBufferPointer { otherMeans in
                for row in means.indices {
                    let (deviation, mean) = (deviations[row], means[row])
                    let (line, target) = (correlations + row * width, cosines + row * width)
                    for column in 0..<width {
                        target[column] = line[column] * deviation * otherDeviations[column] + mean * otherMeans[column]
                    }
                }
            }
        }
    }
}
