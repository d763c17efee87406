import Glibc

/// The empirical entropy of integers: the least that any code can take which looks at each of them alone and knows how often each value
/// occurs.
struct EntryEntropy {
    private var entries: [Int64] = []

    /// Takes more entries in.
    mutating func add(_ more: some Sequence<Int64>) { entries.append(contentsOf: more) }

    /// How many there are.
    var count: Int { entries.count }

    /// Bytes an entry: −Σ p log₂ p / 8 over the values.
    var bytes: Double {
        let sorted = entries.sorted()
        var sum = 0.0
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            let occurrences = Double(end - start)
            sum += occurrences * log2(occurrences)
            start = end
        }
        guard !sorted.isEmpty else { return 0 }
        let count = Double(sorted.count)
        return (log2(count) - sum / count) / 8
    }
}
