import Storage

/// For every token of the vocabulary that stands at counted places of some shards of one stratum: the sums of one group's activations over
/// these places, and how many they are. What mean activations by token are made of; a section of a partial.
///
/// An activation is rounded once to a multiple of 2^-16, to nearest, ties to even; from then on all is addition of integers, which knows no
/// order. So rounding moves no mean by more than 2^-17. What is beyond ±`MomentSums.limit` is taken as ±that; where an activation is,
/// its pre-activation is too, and the moments count it. So a sum over n places stays within n · 2^26, and over the largest number of places
/// that sums may go over within 2^62.
///
/// The tokens lie in strips of neighbouring ids, those that have any: so sections are stored and added strip by strip.
public struct TokenSums: Sendable {
    /// Fractional bits of the sums.
    public static let fractionBits = 16
    /// The largest magnitude of one activation in units of 2^-16.
    static let largestValue: Int64 = Int64(MomentSums.limit) << fractionBits
    /// Counted places that sums may go over: 2^36.
    static let largestTokenCount = 1 << 36
    /// Ids of a strip. One of 4,096 columns takes 8 MB at most.
    public static let stripTokens = 256

    /// The layout's group.
    public let group: Int
    /// The stratum that all shards belong to.
    public let stratum: Int
    /// Columns of the group.
    public let columns: Int
    /// The shards in the sums, ascending.
    public var shards: [ShardRecord] = []
    /// The sums, by ascending ids.
    public private(set) var strips: [TokenStrip] = []

    /// Sums over nothing.
    public init(group: Int, stratum: Int, columns: Int) {
        self.group = group
        self.stratum = stratum
        self.columns = columns
    }

    /// Counted places in all.
    public var tokens: Int { strips.reduce(0) { $0 + $1.table.tokens } }

    /// The table of all strips.
    var table: TokenTable { TokenTable(ids: strips.flatMap(\.table.ids), counts: strips.flatMap(\.table.counts)) }

    /// Adds the sums over other places; together they must go over no more than `largestTokenCount`.
    mutating func add(_ strip: TokenStrip) {
        let place = strips.firstIndex { $0.number >= strip.number } ?? strips.count
        if place < strips.count, strips[place].number == strip.number {
            strips[place] = strips[place].adding(strip)
        } else {
            strips.insert(strip, at: place)
        }
    }

    /// Adds the sums over other shards of the stratum.
    ///
    /// - Returns: whether they were added: together they must go over no more than 2^36 counted places.
    public mutating func add(_ other: TokenSums) -> Bool {
        precondition(other.group == group && other.stratum == stratum && other.columns == columns)
        guard tokens + other.tokens <= Self.largestTokenCount else { return false }
        for strip in other.strips { add(strip) }
        shards = (shards + other.shards).sorted { $0.shard < $1.shard }
        return true
    }

    /// The checksum of the sums' integers.
    public var digest: Digest {
        var digest = TokenSumDigest(group: group, stratum: stratum, columns: columns)
        for strip in strips { digest.add(strip) }
        return digest.finalize()
    }
}

/// The checksum of sums by token, taken strip by strip.
struct TokenSumDigest {
    private var builder = DigestBuilder()

    init(group: Int, stratum: Int, columns: Int) {
        for number in [group, stratum, columns] { builder.update(number) }
    }

    /// Takes the next strip.
    mutating func add(_ strip: TokenStrip) {
        strip.table.ids.withUnsafeBytes { builder.update($0) }
        strip.table.counts.withUnsafeBytes { builder.update($0) }
        builder.update(strip.sums.bytes)
    }

    /// The digest of all that was taken.
    func finalize() -> Digest { builder.finalize() }
}
