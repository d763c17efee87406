import Statistics

/// Gives the column groups of a run to reducers: a group goes as a whole, so that its reducer can analyse it where its numbers lie.
enum ReducerPlacement {
    /// For each column group the index of its reducer.
    ///
    /// The group with most entries goes first, each to the reducer that has least; the same layout is always placed the same way.
    ///
    /// - Parameter reducers: how many there are; no more than groups are used.
    static func owners(of layout: StatisticsLayout, reducers: Int) -> [Int] {
        var entries = [Int](repeating: 0, count: layout.groups.count)
        for block in layout.blocks { entries[block.columns] += layout.entries(of: block) }
        var loads = [Int](repeating: 0, count: max(1, min(reducers, layout.groups.count)))
        var owners = [Int](repeating: 0, count: layout.groups.count)
        for group in layout.groups.indices.sorted(by: { (entries[$1], $0) < (entries[$0], $1) }) {
            let reducer = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
            owners[group] = reducer
            // A group without columns of its own still counts as one, so that every reducer gets some group.
            loads[reducer] += max(1, entries[group])
        }
        return owners
    }
}
