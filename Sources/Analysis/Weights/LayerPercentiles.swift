/// Where a neuron's figure stands among those of its layer.
public enum LayerPercentiles {
    /// The percentile of each number within its layer: 0 for the lowest, 100 for the highest, equal numbers share the mean of their places.
    /// The only number of a layer is at 50; what is not finite has none and stays NaN.
    ///
    /// - Parameters:
    ///   - values: layer by layer.
    ///   - layers: how many there are of each layer.
    public static func percentiles(of values: [Double], layers: [Int]) -> [Double] {
        precondition(values.count == layers.reduce(0, +), "the layers must have all numbers")
        var result: [Double] = []
        result.reserveCapacity(values.count)
        for count in layers {
            let layer = values[result.count..<result.count + count]
            let known = layer.indices.filter { values[$0].isFinite }
            var percentiles = [Double](repeating: .nan, count: count)
            let ranks = RankCorrelation.ranks(known.map { values[$0] })
            for (index, rank) in zip(known, ranks) {
                percentiles[index - layer.startIndex] = known.count > 1 ? 100 * (rank - 1) / Double(known.count - 1) : 50
            }
            result += percentiles
        }
        return result
    }
}
