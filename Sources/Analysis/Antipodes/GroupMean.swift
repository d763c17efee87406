/// The mean of a figure over some neurons, with the interval that the mean of such neurons lies in with 95 % confidence, by Student's t: the
/// neurons count as independent draws.
public struct GroupMean: Hashable, Codable, Sendable {
    /// Neurons that have the figure.
    public let neurons: Int
    /// Their mean.
    public let mean: Double
    /// Lower and upper end; nil for fewer than two neurons.
    public let interval: [Double]?

    /// The mean of those values that are finite; nil without any.
    public init?(_ values: some Sequence<Double>) {
        let known = values.filter(\.isFinite)
        guard !known.isEmpty else { return nil }
        let count = Double(known.count)
        let mean = known.reduce(0, +) / count
        neurons = known.count
        self.mean = mean
        if known.count > 1 {
            let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
            let half = StudentT(degreesOfFreedom: known.count - 1).quantile(0.975) * (variance / count).squareRoot()
            interval = [mean - half, mean + half]
        } else {
            interval = nil
        }
    }
}
