import Pipeline
import Scheduling
import Statistics

/// What of a complete run lies in its folder, so that nobody has to be asked for it.
struct GatheredRun {
    /// The run.
    let run: PlannedRun
    /// The parts that are asked for.
    let parts: GatheredParts

    /// Whether all of it is there, and what was found was made of it.
    ///
    /// - Throws: `StorageError` where the plan or the store cannot be read.
    func isComplete() throws -> Bool {
        // It has neither findings nor matrices. What is damaged is fetched again.
        if run.plan.numbers.screening != nil { return run.hasSoundStatistics() }
        guard let findings = try run.findings() else { return false }
        if parts.contains(.matrices), run.plan.configuration.matrices != .none, !findings.hasMatrices(in: run.folder) { return false }
        return try !parts.contains(.statistics) || hasStatistics()
    }

    /// Whether all that is done of a run with tasks that were given up is there, with the very integers that its ledger names. What some
    /// reducers may have of the others makes no task whole.
    ///
    /// - Parameter scheduler: the tasks as the ledger knows them.
    /// - Throws: `StorageError` where the store cannot be read.
    func hasAllDone(of scheduler: TaskScheduler) throws -> Bool {
        guard try run.store.stagedFiles().isEmpty else { return false }
        let sections = TaskSections(run)
        var tables: [SectionInventory] = []
        for key in run.plan.sections(in: run.layout) {
            // What is damaged is fetched again.
            guard let reader = try? run.store.reader(of: key) else { continue }
            guard (try? Coordinator.check(reader, holds: key, of: run)) != nil else { return false }
            tables.append(SectionInventory(key: key, shards: reader.sections[0].shards))
        }
        let held = HeldShards(tables)
        return scheduler.taskIDs.allSatisfy { task in
            guard let state = scheduler.state(of: task), state.phase == .done else { return true }
            return held.result(of: task, sections: sections.sections(of: task))?.digest == state.digest
        }
    }

    private func hasStatistics() throws -> Bool {
        guard try run.store.stagedFiles().isEmpty else { return false }
        let layout = run.layout
        return try layout.groups.indices.allSatisfy { group in
            var tables: [SectionKey: [ShardRecord]] = [:]
            for key in run.plan.sections(ofGroup: group, in: layout) {
                // What is damaged is fetched again.
                guard let reader = try? run.store.reader(of: key) else { continue }
                guard (try? Coordinator.check(reader, holds: key, of: run)) != nil else { return false }
                tables[key] = reader.sections[0].shards
            }
            // A section that is missing, or of other shards, makes it another origin.
            let file = run.folder.findings(ofGroup: layout.groups[group].name)
            return try GroupFindings.header(of: file).origin == FindingsOrigin(run.plan, tables: tables)
        }
    }
}
