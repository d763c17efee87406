import Statistics

/// Two workers computed different integers of the same shard and section.
public struct ShardDisagreement: Hashable, Codable, Sendable {
    /// The section.
    public let section: SectionKey
    /// The shard.
    public let shard: Int
    /// The workers: whose numbers are held, and whose came later.
    public let workers: [WorkerID]
    /// The parcel that came later; nil where it is not known.
    public let parcel: ParcelID?

    /// A disagreement between the worker whose numbers are held and one that came later.
    public init(section: SectionKey, shard: Int, workers: [WorkerID], parcel: ParcelID? = nil) {
        self.parcel = parcel
        self.section = section
        self.shard = shard
        self.workers = workers
    }
}
