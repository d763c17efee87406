import Diagnostics

/// A set of places in plan order: few at a time, so a sorted array is quick enough, and its order is the same everywhere.
struct PlaceSet: Sendable, Equatable {
    /// Ascending.
    private(set) var sorted: [Int] = []

    /// Adds or removes a place.
    mutating func set(_ place: Int, to isMember: Bool) {
        let index = sorted.index(afterAll: { $0 < place })
        let isThere = index < sorted.count && sorted[index] == place
        guard isThere != isMember else { return }
        if isMember { sorted.insert(place, at: index) } else { sorted.remove(at: index) }
    }
}
