extension RunPlan {
    /// The reducers that have column groups, ascending; none where no cluster has been started with the plan.
    ///
    /// Their numbers need not be without gaps: one that was lost for good leaves its number behind.
    public var reducerIndices: [Int] { Set(reducers ?? []).sorted() }

    /// Gives the column groups of a reducer that is lost to the others; nothing changes where there are no others, or no such reducer. The
    /// plan's identity stays, and with it every number that the others hold.
    public mutating func reassign(_ lost: Int) {
        guard let owners = reducers, reducerIndices.contains(lost), reducerIndices.count > 1 else { return }
        reducers = ReducerPlacement.owners(owners, without: lost, of: layout)
    }
}
