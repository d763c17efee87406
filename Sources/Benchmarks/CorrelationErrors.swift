/// Errors of many correlations.
struct CorrelationErrors {
    /// Neurons that roundings are drawn for, of the side that has fewer.
    private(set) var neurons: Int
    private var deviation = LargestDeviation()
    private(set) var count = 0
    private var sum = 0.0, squares = 0.0

    init(neurons: Int) { self.neurons = neurons }

    var largest: Double { deviation.value }
    var mean: Double { sum / Double(max(count, 1)) }
    var rootMeanSquare: Double { (squares / Double(max(count, 1))).squareRoot() }

    mutating func add(_ error: Double) {
        deviation.add(error)
        count += 1
        sum += error
        squares += error * error
    }

    mutating func add(_ others: CorrelationErrors) {
        neurons = max(neurons, others.neurons)
        deviation.add(others.largest)
        count += others.count
        sum += others.sum
        squares += others.squares
    }
}
