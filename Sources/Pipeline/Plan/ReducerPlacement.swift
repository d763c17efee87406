import Statistics

/// Gives the column groups of a run to reducers: a group goes as a whole, so that its reducer can analyse it where its numbers lie.
enum ReducerPlacement {
    /// For each column group the index of its reducer.
    ///
    /// The group with most entries goes first, each to the reducer that has least; the same layout is always placed the same way.
    ///
    /// - Parameter reducers: how many there are; no more than groups are used.
    static func owners(of layout: StatisticsLayout, reducers: Int) -> [Int] {
        let sizes = sizes(of: layout)
        var owners = [Int](repeating: 0, count: layout.groups.count)
        var loads = Dictionary(uniqueKeysWithValues: (0..<max(1, min(reducers, layout.groups.count))).map { ($0, 0) })
        place(layout.groups.indices, sizes, onto: &loads, in: &owners)
        return owners
    }

    /// The same where a reducer is lost: its groups go to the others, each to the one that has least by then; what the others have stays.
    ///
    /// - Parameter owners: for each column group its reducer so far, of at least two.
    static func owners(_ owners: [Int], without lost: Int, of layout: StatisticsLayout) -> [Int] {
        let sizes = sizes(of: layout)
        var loads: [Int: Int] = [:]
        for group in layout.groups.indices where owners[group] != lost { loads[owners[group], default: 0] += sizes[group] }
        var owners = owners
        place(layout.groups.indices.filter { owners[$0] == lost }, sizes, onto: &loads, in: &owners)
        return owners
    }

    /// Entries of each column group's blocks. A group without columns of its own still counts as one, so that every reducer gets some group.
    private static func sizes(of layout: StatisticsLayout) -> [Int] {
        var sizes = [Int](repeating: 0, count: layout.groups.count)
        for block in layout.blocks { sizes[block.columns] += layout.entries(of: block) }
        return sizes.map { max(1, $0) }
    }

    private static func place(_ groups: some Sequence<Int>, _ sizes: [Int], onto loads: inout [Int: Int], in owners: inout [Int]) {
        for group in groups.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }) {
            guard let reducer = loads.min(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else { return }
            owners[group] = reducer
            loads[reducer, default: 0] += sizes[group]
        }
    }
}
