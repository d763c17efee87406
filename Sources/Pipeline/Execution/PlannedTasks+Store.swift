import Statistics

extension PlannedTasks {
    /// The tasks whose statistics are not all in a run's store.
    ///
    /// - Parameter folder: that of the plan.
    /// - Throws: errors of the store.
    public func missing(inStoreOf folder: RunFolder) throws -> [Entry] {
        let (groups, shards) = (plan.blockGroups, corpus.map(plan.shards(of:)) ?? plan.shards { _ in 0 })
        let snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: plan.numbers.corpus.strata)
        let lacking = MissingTasks(snapshot: snapshot, plan: plan)
        return entries.filter { !lacking.blocks(groups[$0.group], lacking: shards[$0.task / groups.count]).isEmpty }
    }
}
