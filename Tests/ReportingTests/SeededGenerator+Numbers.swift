import SmallRuns

extension SeededGenerator {
    /// A whole number from 0 to `limit` − 1.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// About standard normal: a sum of twelve uniform numbers.
    mutating func normal() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double(next() >> 11) / 9_007_199_254_740_992 }
    }
}
