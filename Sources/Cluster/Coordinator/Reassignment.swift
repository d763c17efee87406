import Pipeline
import Scheduling

/// A reducer that is lost for good, and what becomes of its part of the plan.
struct Reassignment: Sendable {
    /// The reducer.
    let reducer: Int
    /// The plan with the part given to the others.
    let plan: RunPlan
    /// The column groups that it had.
    let columnGroups: Int
    /// The block groups that bring numbers to them: their tasks are computed again.
    let blockGroups: Set<Int>

    /// Gives a reducer's part to the others.
    ///
    /// - Parameter registry: knows where its store was.
    /// - Throws: `ClusterError.noSuchReducer`, `.lastReducer`.
    init(of reducer: Int, in plan: RunPlan, _ registry: ReducerRegistry) throws {
        guard let owners = plan.reducers, owners.contains(reducer) else {
            throw ClusterError.noSuchReducer("\(reducer)", known: registry.names)
        }
        guard plan.reducerIndices.count > 1 else {
            throw ClusterError.lastReducer(reducer, store: registry.claims[reducer]?.place)
        }
        self.reducer = reducer
        var changed = plan
        changed.reassign(reducer)
        self.plan = changed
        columnGroups = owners.count { $0 == reducer }
        blockGroups = SectionOwners(layout: plan.layout, owners: owners).blockGroups(of: reducer, in: plan)
    }

    /// Those of some tasks whose numbers are lost.
    func tasks(of all: [TaskID]) -> [TaskID] { all.filter { blockGroups.contains($0.group) } }
}
