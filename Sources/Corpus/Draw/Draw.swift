import Kernels

/// A seeded, fixed order of the corpus's rows, of which every budget takes a beginning.
///
/// `row(at:)` is a permutation of `0..<rows` in O(1) memory: a Feistel network over the least even number of bits that holds `rows`
/// (two halves of equal width, ten rounds), walked until it lands below `rows` again (cycle walking: at most four steps on average).
/// The round function is a 64-bit mix of the seed, the round and one half. The order is part of a plan's identity: it must never change
/// for the same seed and number of rows.
public struct Draw: Codable, Sendable, Hashable {
    /// Which of the orders.
    public let seed: UInt64
    /// How many rows there are; 0 or more.
    public let rows: Int

    /// The order of `rows` rows that belongs to `seed`.
    public init(seed: UInt64, rows: Int) {
        precondition(rows >= 0, "a negative number of rows")
        self.seed = seed
        self.rows = rows
    }

    /// Enough rounds that even a network of a few bits reaches all parts of its range evenly (four suffice for wide ones).
    private static let rounds: UInt64 = 10

    /// The row at a position of the order, `0..<rows`.
    public func row(at position: Int) -> Int {
        precondition((0..<rows).contains(position), "a position outside the draw")
        var halfBits: UInt64 = 1
        while 1 << (2 * halfBits) < UInt64(rows) { halfBits += 1 }
        let halfMask: UInt64 = (1 << halfBits) - 1
        var value = UInt64(position)
        repeat {
            var left = value >> halfBits
            var right = value & halfMask
            for round in 0..<Self.rounds {
                let mixed = SplitMix64.mix(SplitMix64.mix(seed &+ (round + 1) &* SplitMix64.increment) ^ right)
                (left, right) = (right, left ^ (mixed & halfMask))
            }
            value = left << halfBits | right
        } while value >= UInt64(rows)
        return Int(value)
    }
}
