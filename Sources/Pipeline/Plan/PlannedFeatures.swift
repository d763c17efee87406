import Storage

/// The feature bank as the plan knows it.
public struct PlannedFeatures: Hashable, Codable, Sendable {
    /// The content hash of the bank.
    public let digest: Digest
    /// Its number of columns.
    public let columns: Int
}
