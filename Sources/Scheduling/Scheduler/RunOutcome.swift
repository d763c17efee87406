/// How a run ends.
public enum RunOutcome: Hashable, Codable, Sendable {
    /// Every block holds every shard.
    case complete
    /// All that could be computed is; these tasks failed.
    case incomplete([TaskID])
    /// Somebody cancelled it.
    case cancelled
}
