/// Words that were merged before, with their tokens. Scratch of one thread.
///
/// Two direct-mapped tables, a newer word takes an older one's place: words of at most 15 bytes (nearly all of them) are compared as two
/// machine words and keep up to three tokens beside their key; longer ones, mainly runs of white space and long identifiers, by bytes.
final class WordCache {
    private struct ShortEntry {
        var low: UInt64
        var high: UInt64
        /// 0: free.
        var count: Int32
        var first: Int32
        var second: Int32
        var third: Int32
    }

    static let shortLimit = 15
    static let longLimit = 64
    /// 32,768 entries of 32 bytes: within the second-level cache of one core.
    private static let shortBits: UInt64 = 15
    private static let longBits: UInt64 = 12

    private let short: UnsafeMutablePointer<ShortEntry>
    /// Tokens of short words that have more than three.
    private let spilled: UnsafeMutablePointer<Int32>
    private let longCounts: UnsafeMutablePointer<(bytes: Int32, tokens: Int32)>
    private let longBytes: UnsafeMutablePointer<UInt8>
    private let longTokens: UnsafeMutablePointer<Int32>

    init() {
        let shortCount = 1 << Self.shortBits
        short = .allocate(capacity: shortCount)
        short.initialize(repeating: ShortEntry(low: 0, high: 0, count: 0, first: 0, second: 0, third: 0), count: shortCount)
        spilled = .allocate(capacity: shortCount * (Self.shortLimit + 1))
        let longCount = 1 << Self.longBits
        longCounts = .allocate(capacity: longCount)
        longCounts.initialize(repeating: (0, 0), count: longCount)
        longBytes = .allocate(capacity: longCount * Self.longLimit)
        longTokens = .allocate(capacity: longCount * Self.longLimit)
    }

    deinit {
        short.deallocate()
        spilled.deallocate()
        longCounts.deallocate()
        longBytes.deallocate()
        longTokens.deallocate()
    }

    /// Where a word is or would be: found by `find`, filled by `keep`.
    struct Place {
        fileprivate var low: UInt64
        fileprivate var high: UInt64
        fileprivate var index: Int
    }

    /// Multiplying by odd constants and keeping the top bits: every byte of the key reaches them.
    @inline(__always)
    private static func index(_ low: UInt64, _ high: UInt64, bits: UInt64) -> Int {
        let mixed = (low &* 0x9E37_79B9_7F4A_7C15) ^ ((high &* 0xC2B2_AE3D_27D4_EB4F) >> 7 &+ high)
        return Int(truncatingIfNeeded: ((mixed ^ (mixed >> 32)) &* 0xD6E8_FEB8_6659_FD93) >> (64 - bits))
    }

    /// - Parameters:
    ///   - word: `count` bytes, 1...`longLimit`.
    ///   - readable: bytes that may be read from `word` on (`count` or more): with 16 the key is loaded at once.
    /// - Returns: the place, and whether the word's tokens were there and have been appended.
    @inline(__always)
    func find(_ word: UnsafePointer<UInt8>, count: Int, readable: Int, into result: inout TokenBuffer) -> (place: Place, found: Bool) {
        guard count <= Self.shortLimit else { return findLong(word, count: count, into: &result) }
        var low: UInt64 = 0
        var high: UInt64 = 0
        if readable >= 16 {
            let raw = UnsafeRawPointer(word)
            low = raw.loadUnaligned(as: UInt64.self)
            if count < 8 {
                low &= (1 << UInt64(8 * count)) &- 1
            } else {
                high = (raw + 8).loadUnaligned(as: UInt64.self) & ((1 << UInt64(8 * (count - 8))) &- 1)
            }
        } else {
            for i in 0..<min(count, 8) { low |= UInt64(word[i]) << UInt64(8 * i) }
            for i in 8..<max(count, 8) { high |= UInt64(word[i]) << UInt64(8 * (i - 8)) }
        }
        // The length in the last byte keeps "a" and "a\0" apart.
        high |= UInt64(count) << 56
        let index = Self.index(low, high, bits: Self.shortBits)
        let entry = short[index]
        let place = Place(low: low, high: high, index: index)
        guard entry.low == low, entry.high == high, entry.count > 0 else { return (place, false) }
        if entry.count <= 3 {
            result.append(entry.first, entry.second, entry.third, count: Int(entry.count))
        } else {
            result.append(UnsafeBufferPointer(start: spilled + index * (Self.shortLimit + 1), count: Int(entry.count)))
        }
        return (place, true)
    }

    @inline(never)
    private func findLong(_ word: UnsafePointer<UInt8>, count: Int, into result: inout TokenBuffer) -> (place: Place, found: Bool) {
        var low: UInt64 = UInt64(count)
        var position = 0
        let raw = UnsafeRawPointer(word)
        while position + 8 <= count {
            low = (low ^ (raw + position).loadUnaligned(as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            low ^= low >> 32
            position += 8
        }
        let high = (raw + (count - 8)).loadUnaligned(as: UInt64.self)
        let index = Self.index(low, high, bits: Self.longBits)
        let place = Place(low: low, high: high, index: index)
        let counts = longCounts[index]
        guard Int(counts.bytes) == count else { return (place, false) }
        let bytes = longBytes + index * Self.longLimit
        for i in 0..<count where bytes[i] != word[i] { return (place, false) }
        result.append(UnsafeBufferPointer(start: longTokens + index * Self.longLimit, count: Int(counts.tokens)))
        return (place, true)
    }

    /// Keeps a word's tokens at the place that `find` gave for it.
    func keep(_ word: UnsafePointer<UInt8>, count: Int, tokens: UnsafeBufferPointer<Int32>, at place: Place) {
        if count <= Self.shortLimit {
            if tokens.count > 3 {
                let start = spilled + place.index * (Self.shortLimit + 1)
                for i in tokens.indices { start[i] = tokens[i] }
            }
            short[place.index] = ShortEntry(
                low: place.low, high: place.high, count: Int32(tokens.count), first: tokens[0],
                second: tokens.count > 1 ? tokens[1] : 0, third: tokens.count > 2 ? tokens[2] : 0)
        } else {
            longCounts[place.index] = (Int32(count), Int32(tokens.count))
            for i in 0..<count { longBytes[place.index * Self.longLimit + i] = word[i] }
            for i in tokens.indices { longTokens[place.index * Self.longLimit + i] = tokens[i] }
        }
    }
}
