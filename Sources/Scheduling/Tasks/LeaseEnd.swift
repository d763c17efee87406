/// Why a lease ended.
public enum LeaseEnd: String, Hashable, Codable, Sendable, CaseIterable {
    /// All of its tasks are settled.
    case done
    /// The worker gave it back.
    case returned
    /// Somebody else was faster, or nothing of it is wanted any more.
    case revoked
    /// The worker was lost.
    case lost
}
