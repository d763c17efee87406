/// Collects one end of a row of cosines: the largest keys, of as many as are wanted, with ties decided for the smaller place.
///
/// Keys are integers in the order of the values. They are collected until there is no more room, then the best of them are selected: what is
/// below the last of these is not looked at again. The last one is found by halving the range of keys and counting, which a processor
/// does faster than it swaps.
struct TailKeys {
    private let end: PartnerTail.End
    private let length: Int
    private let capacity: Int
    private let keys: UnsafeMutablePointer<Int32>
    private let places: UnsafeMutablePointer<Int32>
    private var count = 0
    /// What a value must exceed to be looked at, or for the lowest end be below.
    private(set) var threshold: Float

    /// The room that a row takes.
    static func capacity(length: Int) -> Int { 4 * max(length, 16) }

    /// - Parameter room: for `2 · capacity(length:)` numbers.
    init(_ end: PartnerTail.End, length: Int, room: UnsafeMutablePointer<Int32>) {
        self.end = end
        self.length = length
        capacity = Self.capacity(length: length)
        keys = room
        places = room + capacity
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
        keys[count] = Self.key(end == .highest ? value : -value)
        places[count] = place
        count += 1
    }

    /// Writes values and places, from the end inwards; what is left over stays as it was.
    mutating func finish(values: UnsafeMutablePointer<Float>, places found: UnsafeMutablePointer<Int32>) {
        select()
        sort()
        for index in 0..<count {
            let value = Self.value(keys[index])
            // 0 less 0 is no negative zero.
            values[index] = end == .highest ? value : 0 - value
            found[index] = places[index]
        }
    }

    /// Keeps the best keys, in the order in which they came, and forgets the others.
    private mutating func select() {
        guard count > length else { return }
        guard length > 0 else {
            count = 0
            return
        }
        var (low, high) = (Int(keys[0]), Int(keys[0]))
        for index in 1..<count {
            low = min(low, Int(keys[index]))
            high = max(high, Int(keys[index]))
        }
        // The largest key that is reached by as many as are wanted.
        while low < high {
            let middle = low + (high - low + 1) / 2
            if keysAbove(Int32(truncatingIfNeeded: middle - 1)) >= length { low = middle } else { high = middle - 1 }
        }
        let last = Int32(truncatingIfNeeded: low)
        // Of those that are equal the first ones.
        var equal = length - keysAbove(last)
        var kept = 0
        for index in 0..<count {
            let key = keys[index]
            guard key > last || (key == last && equal > 0) else { continue }
            if key == last { equal -= 1 }
            keys[kept] = key
            places[kept] = places[index]
            kept += 1
        }
        count = kept
        threshold = end == .highest ? Self.value(last) : 0 - Self.value(last)
    }

    private func keysAbove(_ bound: Int32) -> Int {
        var above: Int32 = 0
        for index in 0..<count { above &+= keys[index] > bound ? 1 : 0 }
        return Int(above)
    }

    /// The highest key first, of equal ones the one that came first.
    private mutating func sort() {
        // More are sorted faster otherwise; then they are few keys that are moved far.
        guard count <= 256 else {
            let order = (0..<count).sorted { (keys[$0], $1) > (keys[$1], $0) }
            let (oldKeys, oldPlaces) = (order.map { keys[$0] }, order.map { places[$0] })
            for index in 0..<count { (keys[index], places[index]) = (oldKeys[index], oldPlaces[index]) }
            return
        }
        for index in stride(from: 1, to: count, by: 1) {
            let (key, place) = (keys[index], places[index])
            var target = index
            while target > 0, keys[target - 1] < key {
                keys[target] = keys[target - 1]
                places[target] = places[target - 1]
                target -= 1
            }
            (keys[target], places[target]) = (key, place)
        }
    }

    private static func key(_ value: Float) -> Int32 {
        // Adding 0 makes one of the two zeros.
        let bits = Int32(bitPattern: (value + 0).bitPattern)
        return bits >= 0 ? bits : bits ^ Int32.max
    }

    private static func value(_ key: Int32) -> Float { Float(bitPattern: UInt32(bitPattern: key >= 0 ? key : key ^ Int32.max)) }
}
