/// A reducer's answer to a flush. Behind it `[SectionInventory]` as JSON, compressed with zstd, in as many
/// frames as it takes.
struct Inventory: Codable, Sendable, Hashable {
    /// The reducer's index.
    let index: Int
    /// The question's round.
    let round: Int
    /// Bytes of the JSON before compression.
    let bytes: Int
}
