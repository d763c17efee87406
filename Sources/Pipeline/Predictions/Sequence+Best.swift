extension Sequence {
    /// One element of each key, in the order in which the keys come first: of several the one that `isBetter` than the others, of equal ones
    /// the first.
    func best<Key: Hashable>(ofEach key: (Element) -> Key, where isBetter: (Element, Element) -> Bool) -> [Element] {
        var places: [Key: Int] = [:]
        var found: [Element] = []
        for element in self {
            let key = key(element)
            if let place = places[key] {
                if isBetter(element, found[place]) { found[place] = element }
            } else {
                places[key] = found.count
                found.append(element)
            }
        }
        return found
    }
}
