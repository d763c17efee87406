/// What is known of each neuron's row of correlations with all neurons of another model.
public struct PairDirection: Sendable {
    /// Tails and histogram.
    public var partners: PartnerTable
    /// Mean of the row, `[neurons]`.
    public var mean: [Double]
    /// Population variance of the row, `[neurons]`.
    public var variance: [Double]
    /// Skewness of the row, `[neurons]`.
    public var skewness: [Double]
    /// Kurtosis of the row (3 for a normal), `[neurons]`.
    public var kurtosis: [Double]
    /// The correlation with the other model's neuron of the same index, `[neurons]`; NaN where there is none.
    public var sameIndex: [Float]
    /// With the other model's neuron of the next index.
    public var nextIndex: [Float]

    /// - Parameters:
    ///   - sums: Σρ, Σρ², Σρ³, Σρ⁴ of each neuron, one array for each part of the row; added in this order.
    ///   - counts: entries of each neuron's row.
    init(partners: PartnerTable, sums: [[Double]], counts: [Int], sameIndex: [Float], nextIndex: [Float]) {
        self.partners = partners
        self.sameIndex = sameIndex
        self.nextIndex = nextIndex
        let neurons = partners.neurons
        mean = Array(repeating: 0, count: neurons)
        variance = mean
        skewness = mean
        kurtosis = mean
        for i in 0..<neurons {
            let n = Double(max(1, counts[i]))
            var raw = (0.0, 0.0, 0.0, 0.0)
            for part in sums {
                raw.0 += part[4 * i]
                raw.1 += part[4 * i + 1]
                raw.2 += part[4 * i + 2]
                raw.3 += part[4 * i + 3]
            }
            let m = raw.0 / n
            let second = raw.1 / n - m * m
            mean[i] = m
            // Correlations that are all equal leave rounding only.
            guard second > 1e-15 * (raw.1 / n) else { continue }
            let third = raw.2 / n - 3 * m * raw.1 / n + 2 * m * m * m
            let fourth = raw.3 / n - 4 * m * raw.2 / n + 6 * m * m * raw.1 / n - 3 * m * m * m * m
            variance[i] = second
            skewness[i] = third / (second * second.squareRoot())
            kurtosis[i] = fourth / (second * second)
        }
    }
}
