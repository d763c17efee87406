/// The four population moments of a neuron's cosines over a vocabulary.
public struct CosineMoments: Hashable, Sendable {
    /// The mean; NaN for a neuron whose weights are all 0, which has no cosines.
    public let mean: Double
    /// The variance.
    public let variance: Double
    /// The skewness; NaN where all cosines are equal, within the rounding of float32.
    public let skewness: Double
    /// The kurtosis, 3 for a normal distribution; NaN where the skewness is.
    public let kurtosis: Double

    /// Moments that are known.
    public init(mean: Double, variance: Double, skewness: Double, kurtosis: Double) {
        (self.mean, self.variance, self.skewness, self.kurtosis) = (mean, variance, skewness, kurtosis)
    }

    /// Those of no cosines.
    static let none = CosineMoments(mean: .nan, variance: .nan, skewness: .nan, kurtosis: .nan)

    /// - Parameters:
    ///   - sums: the sums of the first four powers.
    ///   - count: how many cosines there are.
    init(sums: some Sequence<Double>, count: Int) {
        let raw = sums.map { $0 / Double(max(1, count)) }
        let (m, square) = (raw[0], raw[1])
        let second = square - m * m
        // Cosines that are all equal leave rounding only, which in products of float32 unit vectors is below 10⁻⁷. Its shape would give a role
        // to a neuron that no token sees.
        guard second > 1e-14 else {
            self.init(mean: m, variance: 0, skewness: .nan, kurtosis: .nan)
            return
        }
        self.init(
            mean: m, variance: second, skewness: (raw[2] - 3 * m * square + 2 * m * m * m) / (second * second.squareRoot()),
            kurtosis: (raw[3] - 4 * m * raw[2] + 6 * m * m * square - 3 * m * m * m * m) / (second * second))
    }
}
