extension RandomAccessCollection {
    /// Where the elements end that come first in a sorted collection, by bisection: the index of the first one that does not belong to them,
    /// and the collection's end where all do.
    ///
    /// An element that may be missing is looked for by all that come before it:
    ///
    /// ```swift
    /// let place = ids.index(afterAll: { $0 < wanted })
    /// let isThere = place < ids.endIndex && ids[place] == wanted
    /// ```
    ///
    /// - Parameter comesFirst: whether an element belongs to those that come first; once it is false, it is so for all behind.
    /// - Complexity: log₂ of the count of elements are asked, and one more.
    @inlinable
    public func index(afterAll comesFirst: (Element) throws -> Bool) rethrows -> Index {
        var (start, count) = (startIndex, self.count)
        while count > 0 {
            let half = count / 2
            let middle = index(start, offsetBy: half)
            if try comesFirst(self[middle]) {
                start = index(after: middle)
                count -= half + 1
            } else {
                count = half
            }
        }
        return start
    }
}
