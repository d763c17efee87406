/// The largest of many deviations, whatever their signs. One that is no number is larger than any: every comparison would let it pass.
struct LargestDeviation {
    private(set) var value = 0.0

    mutating func add(_ deviation: Double) { value = deviation.isNaN ? .infinity : max(value, abs(deviation)) }

    /// The largest deviation of some numbers from others; infinity where there are none, or not as many.
    static func between(_ numbers: [Float], _ others: [Float]) -> Double {
        guard !numbers.isEmpty, numbers.count == others.count else { return .infinity }
        var largest = LargestDeviation()
        for (number, other) in zip(numbers, others) { largest.add(Double(number - other)) }
        return largest.value
    }
}
