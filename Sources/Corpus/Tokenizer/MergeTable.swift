/// The merges of a byte-pair encoding: which two neighbouring tokens join into which, and in what order of preference.
///
/// An open-addressing hash table, read by all threads and never changed.
final class MergeTable: @unchecked Sendable {
    struct Slot {
        /// left << 32 | right; `empty` where the slot is free.
        var pair: UInt64
        /// Place in the list of merges: lower joins first.
        var rank: UInt32
        /// The joined token.
        var token: Int32
    }

    static let empty = UInt64.max
    /// Rank of a pair that does not join.
    static let none = UInt32.max

    /// One merge in the order of the list.
    struct Merge {
        let left: Int32
        let right: Int32
        let token: Int32
    }

    private let slots: UnsafeMutablePointer<Slot>
    private let mask: Int
    private let shift: UInt64
    /// By rank: what the heap needs to see whether an entry is still true.
    private let byRank: UnsafeMutablePointer<Merge>
    let count: Int

    /// - Parameter merges: in order of preference. A pair that is listed twice has its last place, as in `tokenizers`.
    init(_ merges: [Merge]) {
        var bits = 4
        while 1 << bits < merges.count * 2 { bits += 1 }
        let capacity = 1 << bits
        mask = capacity - 1
        shift = UInt64(64 - bits)
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(pair: Self.empty, rank: Self.none, token: 0), count: capacity)
        byRank = .allocate(capacity: max(merges.count, 1))
        byRank.initialize(repeating: Merge(left: -1, right: -1, token: -1), count: max(merges.count, 1))
        count = merges.count
        for (rank, merge) in merges.enumerated() {
            byRank[rank] = merge
            let pair = Self.pair(merge.left, merge.right)
            var index = Self.hash(pair, shift)
            while slots[index].pair != Self.empty && slots[index].pair != pair { index = (index + 1) & mask }
            slots[index] = Slot(pair: pair, rank: UInt32(rank), token: merge.token)
        }
    }

    deinit {
        slots.deallocate()
        byRank.deallocate()
    }

    @inline(__always)
    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private static func hash(_ pair: UInt64, _ shift: UInt64) -> Int {
        // Fibonacci hashing after folding the left token in: 2^64 / golden ratio.
        let folded = pair ^ (pair >> 29)
        return Int(truncatingIfNeeded: (folded &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    /// The rank of a pair, `none` when it does not join.
    @inline(__always)
    func rank(_ left: Int32, _ right: Int32) -> UInt32 {
        let pair = Self.pair(left, right)
        var index = Self.hash(pair, shift)
        while true {
            let slot = slots[index]
            if slot.pair == pair { return slot.rank }
            if slot.pair == Self.empty { return Self.none }
            index = (index + 1) & mask
        }
    }

    /// The merge of a rank below `count`.
    @inline(__always)
    func merge(_ rank: UInt32) -> Merge { byRank[Int(rank)] }
}
