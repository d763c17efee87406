/// How a run is spread over a cluster; no number depends on it.
public struct ClusterPlacement: Hashable, Sendable {
    /// How many reducers there are.
    public let reducers: Int
    /// Memory, in bytes, of the smallest worker that shall be able to take every block group.
    public let workerMemory: Int

    /// A spread over some reducers and workers of some memory.
    public init(reducers: Int, workerMemory: Int) {
        self.reducers = reducers
        self.workerMemory = workerMemory
    }

    /// Whether a plan is spread over as many reducers already; then it stays as it is.
    func isKept(by plan: RunPlan) -> Bool {
        plan.reducers.map { Set($0).count == min(reducers, plan.layout.groups.count) } ?? false
    }
}
