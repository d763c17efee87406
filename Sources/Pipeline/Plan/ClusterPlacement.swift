/// How a run is spread over a cluster; no number depends on it.
public struct ClusterPlacement: Hashable, Sendable {
    /// How many reducers there are.
    public let reducers: Int
    /// Memory, in bytes, of the smallest worker that shall be able to take every block group.
    public let workerMemory: Int

    /// How many of them are lost for good: others have what they had.
    public var lostReducers = 0

    /// A spread over some reducers and workers of some memory.
    public init(reducers: Int, workerMemory: Int) {
        self.reducers = reducers
        self.workerMemory = workerMemory
    }

    /// Whether a plan is spread over these reducers already; then it stays as it is.
    public func isKept(by plan: RunPlan) -> Bool {
        let planned = plan.reducerIndices
        if lostReducers > 0 { return [reducers, reducers - lostReducers].contains(planned.count) }
        return planned == Array(0..<min(reducers, plan.layout.groups.count))
    }
}
