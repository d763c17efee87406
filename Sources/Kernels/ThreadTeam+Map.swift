extension ThreadTeam {
    /// The results of `body(item, thread)` for every item in `0..<items`, in the order of the items; run as by `forEach`.
    ///
    ///     let digests = try team.map(tiles.count) { item, _ in Digest(of: tiles[item].bytes) }
    ///
    /// - Throws: the error of the lowest failing item.
    public func map<Result: Sendable>(
        _ items: Int, _ body: @Sendable (_ item: Int, _ thread: Int) throws -> Result
    ) throws -> [Result] {
        let results = ItemResults<Result>(count: items)
        try forEach(items) { item, thread in results[item] = try body(item, thread) }
        return results.all
    }
}
