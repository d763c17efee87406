/// The mean of a figure over some neurons with its 95 % interval (``MeanInterval``), as JSON has it.
public struct GroupMean: Hashable, Codable, Sendable {
    /// Neurons that have the figure.
    public let neurons: Int
    /// Their mean.
    public let mean: Double
    /// Lower and upper end; nil for fewer than two neurons.
    public let interval: [Double]?

    /// The mean of those values that are finite; nil without any.
    public init?(_ values: some Sequence<Double>) {
        guard let found = MeanInterval(values) else { return nil }
        (neurons, mean) = (found.count, found.mean)
        interval = found.reach.map { [found.mean - $0, found.mean + $0] }
    }
}
