import Storage

/// The exact power sums of the pre-activations of one group's neurons over all tokens of some shards of one stratum, masked ones included, with
/// the counts that sparsity and the position score come from.
///
/// A row's sums are float64 sums over its positions in order, a function of the row alone, and are rounded once to fixed point, as those of a
/// chunk in ``PowerSums``; from then on all is addition of integers, which knows no order.
///
/// What is beyond ±`limit` is taken as ±`limit`, and NaN as 0; `changed` counts both. So of a row of 2^20 tokens, the longest, no sum passes
/// 2^84 of its units, and those of the 2^48 tokens that sums may go over stay below 2^112, within 128 bits.
///
/// Rounding moves the third and fourth sums of a row of c tokens by 2^-25 at most, the first and second by 2^-33: the kurtosis of a neuron of
/// mean m and deviation s by no more than 2^-25 (1 + 4|m| + (6m² + 12|m|³) / 256) / (c s⁴), and float64 itself by about 2^-50 (1 + |m|/s)⁴.
/// In rows of 512 both together are below 10^-4 for deviations from 0.1 on and means up to 10.
public struct MomentSums: Hashable, Sendable {
    /// The largest magnitude that is taken as it is.
    public static let limit: Float = 1_024
    /// The threshold of the authors' count: their bins begin at -10 and are 25/255 wide, and they add up those from the one below 0 on.
    public static let authorsThreshold: Float = -25.0 / 255

    /// The layout's group.
    public let group: Int
    /// The stratum that all shards belong to.
    public let stratum: Int
    /// Tokens of a row.
    public let context: Int
    /// The shards in the sums, ascending.
    public var shards: [ShardRecord] = []
    /// Tokens, whether they count elsewhere or not.
    public internal(set) var tokens = 0
    /// Σx … Σx⁴, and how often x > 0.
    public internal(set) var powers: PowerSums
    /// How often x > `authorsThreshold`, `[columns]`.
    public internal(set) var near: [Int64]
    /// How many values were not taken as they are, `[columns]`.
    public internal(set) var changed: [Int64]
    /// How often x > 0 at each position of a row, `[context, columns]`.
    public internal(set) var positions: [Int32]

    /// Sums over nothing.
    public init(group: Int, stratum: Int, columns: Int, context: Int) {
        self.group = group
        self.stratum = stratum
        self.context = context
        powers = PowerSums(columns: columns)
        near = Array(repeating: 0, count: columns)
        changed = near
        positions = Array(repeating: 0, count: columns * context)
    }

    /// How many columns there are.
    public var columns: Int { near.count }
    /// Rows of tokens.
    public var rows: Int { tokens / context }

    /// Adds the sums over other tokens.
    ///
    /// - Returns: whether they were added: together they must go over fewer than 2^48 tokens and 2^31 rows.
    public mutating func add(_ other: MomentSums) -> Bool {
        precondition(other.group == group && other.columns == columns && other.context == context)
        guard tokens + other.tokens < PowerSums.largestTokenCount, rows + other.rows <= Int(Int32.max) else { return false }
        tokens += other.tokens
        powers.add(other.powers)
        for column in 0..<columns {
            near[column] &+= other.near[column]
            changed[column] &+= other.changed[column]
        }
        positions.withUnsafeMutableBufferPointer { mine in
            other.positions.withUnsafeBufferPointer { theirs in
                for place in mine.indices { mine[place] &+= theirs[place] }
            }
        }
        shards = (shards + other.shards).sorted { $0.shard < $1.shard }
        return true
    }

    /// What contradicts itself or is beyond what so many tokens can make; nil for sums that may be sums.
    var problem: String? {
        guard tokens % context == 0 else { return "\(tokens) tokens are no whole rows of \(context)" }
        let most = Int128(tokens) << 40
        func bound(_ power: Int) -> Int128 { (most >> (40 - 10 * power)) << (power < 3 ? PowerSums.lowBits : PowerSums.highBits) }
        for (power, sums) in [powers.first, powers.second, powers.third, powers.fourth].enumerated() {
            // Each row is rounded.
            let largest = bound(power + 1) + Int128(rows)
            let range = power % 2 == 0 ? -largest...largest : 0...largest
            if !sums.allSatisfy(range.contains) { return "its sums of power \(power + 1) are out of range" }
        }
        let counts = 0...Int64(tokens)
        if !near.allSatisfy(counts.contains) || !changed.allSatisfy(counts.contains) { return "its counts are out of range" }
        let most32 = 0...Int32(clamping: rows)
        if !positions.allSatisfy(most32.contains) { return "its counts by position are out of range" }
        let positive = firing
        if positive != powers.positive || zip(positive, near).contains(where: { $0 > $1 }) {
            return "its counts by position are not those over all positions"
        }
        return nil
    }

    /// `positions` as it is stored: the first position's counts, then how much each position's differ from those of the one before. These are
    /// small, so that a count takes about a byte.
    var positionSteps: [Int32] {
        get {
            var steps = positions
            for place in stride(from: steps.count - 1, through: columns, by: -1) { steps[place] &-= steps[place - columns] }
            return steps
        }
        set {
            positions = newValue
            for place in stride(from: columns, to: positions.count, by: 1) { positions[place] &+= positions[place - columns] }
        }
    }

    /// How often x > 0, by column, from the counts by position.
    var firing: [Int64] {
        var sums = Array(repeating: Int64(0), count: columns)
        positions.withUnsafeBufferPointer { positions in
            for position in 0..<context {
                for column in sums.indices { sums[column] += Int64(positions[position * sums.count + column]) }
            }
        }
        return sums
    }

    /// The checksum of the sums' integers.
    public var digest: Digest {
        var builder = DigestBuilder()
        for number in [group, stratum, context, tokens] { builder.update(number) }
        powers.forEachRun { builder.update($0) }
        for counts in [near, changed] { counts.withUnsafeBytes { builder.update($0) } }
        positions.withUnsafeBytes { builder.update($0) }
        return builder.finalize()
    }
}
