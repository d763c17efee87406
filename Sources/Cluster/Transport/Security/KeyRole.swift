/// What the holder of a key may do in a cluster; a key has one role.
public enum KeyRole: String, Sendable, Hashable, Codable, CaseIterable {
    /// Compute tasks, and bring numbers to reducers.
    case worker
    /// Keep statistics: take numbers from workers, and be asked for them by the coordinator.
    case reducer
    /// Ask how a run stands, and have it retried or cancelled.
    case control
}
