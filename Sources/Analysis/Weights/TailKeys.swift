import CKernels

/// Collects one end of a row of cosines: as many of the highest or lowest as are wanted, with ties decided for the smaller place.
///
/// Keys are integers in the order of the values. They are collected until there is no more room, then the best of them are selected: what is
/// below the last of these is not looked at again.
struct TailKeys {
    private let end: PartnerTail.End
    private let length: Int
    private let capacity: Int
    private let keys: UnsafeMutablePointer<Int32>
    private let places: UnsafeMutablePointer<Int32>
    private var count = 0
    /// The last key kept.
    private var last = Int32.min

    /// The room that a row takes.
    static func capacity(length: Int) -> Int { 4 * max(length, 16) }

    /// - Parameter room: for `2 · capacity(length:)` numbers.
    init(_ end: PartnerTail.End, length: Int, room: UnsafeMutablePointer<Int32>) {
        self.end = end
        self.length = length
        capacity = Self.capacity(length: length)
        keys = room
        places = room + capacity
    }

    /// What a value must exceed to be looked at, or for the lowest end be below; of an end of nothing no value is.
    var threshold: Float {
        guard length > 0, last > .min else { return (end == .highest) == (length == 0) ? .infinity : -.infinity }
        return end == .highest ? Self.value(last) : 0 - Self.value(last)
    }

    /// Takes values whose places are above those of all values before.
    ///
    /// - Parameters:
    ///   - row: a run of the row that begins at place `start`.
    ///   - chosen: which of its values are looked at, in rising order.
    mutating func take(_ row: UnsafePointer<Float>, chosen: UnsafeBufferPointer<Int32>, start: Int32) {
        guard length > 0 else { return }
        let sign: Float = end == .highest ? 1 : -1
        var index = 0
        while index < chosen.count {
            if count == capacity { select() }
            // Which values are kept is a toss-up: each is written, and the count tells whether the next one takes its place.
            let stop = min(chosen.count, index + capacity - count)
            var place = count
            while index < stop {
                let offset = chosen[index]
                // Adding 0 makes one of the two zeros.
                let key = Self.key(sign * row[Int(offset)] + 0)
                keys[place] = key
                places[place] = start + offset
                place += key > last ? 1 : 0
                index += 1
            }
            count = place
        }
        // While the threshold still rises fast, a fresh one saves more than it costs.
        if count > 2 * length { select() }
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
        last = un_keep_largest(keys, places, count, length)
        count = length
    }

    /// The highest key first, of equal ones the one that came first.
    private mutating func sort() {
        // Of many the order is found first: moving them one by one would take the square of their number.
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
        let bits = Int32(bitPattern: value.bitPattern)
        return bits >= 0 ? bits : bits ^ Int32.max
    }

    private static func value(_ key: Int32) -> Float { Float(bitPattern: UInt32(bitPattern: key >= 0 ? key : key ^ Int32.max)) }
}
