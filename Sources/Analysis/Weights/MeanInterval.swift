/// A mean over neurons with its 95 % interval.
public struct MeanInterval: Hashable, Codable, Sendable {
    /// How many neurons there are.
    public let count: Int
    /// The mean.
    public let mean: Double
    /// Half of the interval's length: Student's t with count − 1 degrees of freedom times the standard error, as if neurons were independent
    /// of each other; nil for one neuron.
    public let reach: Double?

    /// The interval of some numbers, of which those that are not finite do not count; nil where none does.
    public init?(_ values: some Sequence<Double>) {
        let known = values.filter(\.isFinite)
        guard !known.isEmpty else { return nil }
        count = known.count
        let n = Double(count)
        let mean = known.reduce(0, +) / n
        self.mean = mean
        guard count > 1 else {
            reach = nil
            return
        }
        let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        // Beyond a thousand degrees of freedom the quantile is a normal distribution's within a thousandth, and its finite sums are long.
        let quantile = StudentT(degreesOfFreedom: min(count - 1, 1_000)).quantile(0.975)
        reach = quantile * (squares / (n - 1) / n).squareRoot()
    }
}
