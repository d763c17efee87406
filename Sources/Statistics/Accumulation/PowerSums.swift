/// Exact power sums of the standardised columns of one group, as fixed-point integers.
///
/// Each chunk's float64 sums are rounded once to a multiple of a fixed quantum; from then on everything is integer addition, so sums
/// do not depend on the order in which chunks or shards are added. 128 bits hold `largestChunkCount` chunks of the largest sum that `add` lets in.
public struct PowerSums: Hashable, Sendable {
    /// Fractional bits of the first and second power sums.
    public static let lowBits = 32
    /// Fractional bits of the third and fourth power sums, which are larger.
    public static let highBits = 24
    /// The largest magnitude of one chunk's sum in units of the quantum: 2^100.
    static let largestChunkSum = 0x1p100
    /// No sums go over as many chunks as this: 2^26, at 4,096 tokens a chunk 270 billion tokens.
    static let largestChunkCount = 1 << 26
    /// Nor over as many tokens: 2^48.
    static let largestTokenCount = 1 << 48

    /// Σ z in units of 2^-32, `[columns]`.
    public internal(set) var first: [Int128]
    /// Σ z² in units of 2^-32, `[columns]`.
    public internal(set) var second: [Int128]
    /// Σ z³ in units of 2^-24, `[columns]`.
    public internal(set) var third: [Int128]
    /// Σ z⁴ in units of 2^-24, `[columns]`.
    public internal(set) var fourth: [Int128]
    /// How many tokens had a raw value above 0, `[columns]`.
    public internal(set) var positive: [Int64]

    /// Sums over no token.
    public init(columns: Int) {
        first = Array(repeating: 0, count: columns)
        second = first
        third = first
        fourth = first
        positive = Array(repeating: 0, count: columns)
    }

    /// How many columns there are.
    public var columns: Int { first.count }

    /// Adds one chunk's float64 sums.
    ///
    /// - Parameter sums: four runs of `columns` numbers: Σz, Σz², Σz³, Σz⁴.
    /// - Returns: the first column of which a sum is not finite or too large to be kept exactly (then nothing was added), and the power whose
    ///   sum that is; or nil.
    mutating func add(chunk sums: UnsafePointer<Double>) -> (column: Int, power: Int)? {
        let count = columns
        let low = Double(sign: .plus, exponent: Self.lowBits, significand: 1)
        let high = Double(sign: .plus, exponent: Self.highBits, significand: 1)
        for column in 0..<count {
            for power in 0..<4 where !(abs(sums[power * count + column] * (power < 2 ? low : high)) < Self.largestChunkSum) {
                return (column, power + 1)
            }
        }
        for column in 0..<count {
            first[column] += Int128((sums[column] * low).rounded(.toNearestOrEven))
            second[column] += Int128((sums[count + column] * low).rounded(.toNearestOrEven))
            third[column] += Int128((sums[2 * count + column] * high).rounded(.toNearestOrEven))
            fourth[column] += Int128((sums[3 * count + column] * high).rounded(.toNearestOrEven))
        }
        return nil
    }

    /// Adds float64 sums that are known to be finite and below `largestChunkSum` units.
    ///
    /// - Parameter sums: as for `add(chunk:)`.
    mutating func add(bounded sums: UnsafePointer<Double>) {
        let count = columns
        Self.add(sums, Self.lowBits, to: &first)
        Self.add(sums + count, Self.lowBits, to: &second)
        Self.add(sums + 2 * count, Self.highBits, to: &third)
        Self.add(sums + 3 * count, Self.highBits, to: &fourth)
    }

    private static func add(_ sums: UnsafePointer<Double>, _ bits: Int, to target: inout [Int128]) {
        let scale = Double(sign: .plus, exponent: bits, significand: 1)
        target.withUnsafeMutableBufferPointer { target in
            for column in target.indices {
                let value = (sums[column] * scale).rounded(.toNearestOrEven)
                // By way of 64 bits it is the same integer, several times as fast.
                target[column] += abs(value) < 0x1p62 ? Int128(Int64(value)) : Int128(value)
            }
        }
    }

    /// Adds the sums over other tokens; together they must go over fewer than `largestChunkCount` chunks.
    public mutating func add(_ other: PowerSums) {
        for column in 0..<columns {
            first[column] &+= other.first[column]
            second[column] &+= other.second[column]
            third[column] &+= other.third[column]
            fourth[column] &+= other.fourth[column]
            positive[column] &+= other.positive[column]
        }
    }

    /// The largest Σz² of each run of `tile` columns, as a float64: what the overflow certificate needs.
    func largestSquares(tile: Int) -> [Double] {
        stride(from: 0, to: columns, by: tile).map { start in
            let largest = second[start..<min(start + tile, columns)].max() ?? 0
            return Double(largest) / Double(sign: .plus, exponent: Self.lowBits, significand: 1)
        }
    }
}
