/// Collects one end of a row of cosines: the largest keys, of as many as are wanted, with ties decided for the smaller place.
///
/// A key has the value in its upper half, in an order that integers keep, and the place in its lower one. Keys are collected until there is no
/// more room, then the best of them are selected: what is below the last of these is not looked at again.
struct TailKeys {
    private let end: PartnerTail.End
    private let length: Int
    private let capacity: Int
    private let keys: UnsafeMutablePointer<UInt64>
    private var count = 0
    /// What a value must exceed to be looked at, or for the lowest end be below.
    private(set) var threshold: Float

    /// The room that a row takes.
    static func capacity(length: Int) -> Int { 4 * max(length, 16) }

    /// - Parameter keys: room for `capacity(length:)` keys.
    init(_ end: PartnerTail.End, length: Int, keys: UnsafeMutablePointer<UInt64>) {
        self.end = end
        self.length = length
        self.keys = keys
        capacity = Self.capacity(length: length)
        threshold = end == .highest ? -.infinity : .infinity
    }

    /// Takes a value whose place is above that of all values before.
    @inline(__always)
    mutating func take(_ value: Float, place: Int32) {
        guard end == .highest ? value > threshold : value < threshold else { return }
        if count == capacity {
            select()
            guard end == .highest ? value > threshold : value < threshold else { return }
        }
        keys[count] = Self.key(end == .highest ? value : -value, place: place)
        count += 1
    }

    /// Writes values and places, from the end inwards; what is left over stays as it was.
    mutating func finish(values: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Int32>) {
        select()
        var best = UnsafeMutableBufferPointer(start: keys, count: count)
        best.sort(by: >)
        for index in 0..<count {
            let value = Self.value(keys[index])
            // 0 less 0 is no negative zero.
            values[index] = end == .highest ? value : 0 - value
            places[index] = Int32(truncatingIfNeeded: UInt32.max - UInt32(truncatingIfNeeded: keys[index]))
        }
    }

    /// Moves the best keys to the front and forgets the others.
    private mutating func select() {
        guard length > 0, count > length else {
            if length == 0 { count = 0 }
            return
        }
        var (low, high) = (0, count - 1)
        while low < high {
            let pivot = keys[(low + high) / 2]
            var (i, j) = (low, high)
            while i <= j {
                while keys[i] > pivot { i += 1 }
                while keys[j] < pivot { j -= 1 }
                guard i <= j else { break }
                (keys[i], keys[j]) = (keys[j], keys[i])
                i += 1
                j -= 1
            }
            // Keys from i on are at most the pivot, those up to j at least; no two are equal.
            if length - 1 <= j { high = j } else if length - 1 >= i { low = i } else { break }
        }
        count = length
        let last = Self.value(keys[length - 1])
        threshold = end == .highest ? last : -last
    }

    private static func key(_ value: Float, place: Int32) -> UInt64 {
        // Adding 0 makes one of the two zeros.
        let bits = (value + 0).bitPattern
        let ordered = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
        return UInt64(ordered) << 32 | UInt64(UInt32.max - UInt32(bitPattern: place))
    }

    private static func value(_ key: UInt64) -> Float {
        let ordered = UInt32(truncatingIfNeeded: key >> 32)
        return Float(bitPattern: ordered & 0x8000_0000 == 0 ? ~ordered : ordered & 0x7FFF_FFFF)
    }
}
