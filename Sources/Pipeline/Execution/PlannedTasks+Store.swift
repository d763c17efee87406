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

    /// Makes sure that a run's store has the statistics of all tasks.
    ///
    /// - Parameter folder: that of the plan.
    /// - Throws: `PipelineError.tasksMissing`; errors of the store.
    public func checkAreDone(inStoreOf folder: RunFolder) throws {
        var ranges: [ClosedRange<Int>] = []
        for task in try missing(inStoreOf: folder).map(\.task) {
            if let last = ranges.last, last.upperBound + 1 == task {
                ranges[ranges.count - 1] = last.lowerBound...task
            } else {
                ranges.append(task...task)
            }
        }
        if !ranges.isEmpty { throw PipelineError.tasksMissing(folder: folder.path, tasks: ranges, count: entries.count) }
    }
}
