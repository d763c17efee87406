import Statistics

/// The shards that a section holds.
struct SectionInventory: Codable, Sendable, Hashable {
    /// The section.
    let key: SectionKey
    /// Its table of shards.
    let shards: [ShardRecord]
}
