/// Pieces of one buffer start at multiples of a cache line, so that two never share one.
enum CacheLines {
    private static let floats = 16

    /// The room that a piece of `count` floats takes.
    static func rounded(_ count: Int) -> Int { (count + floats - 1) / floats * floats }
}
