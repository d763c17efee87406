import Statistics

/// Some bytes of a section's file, in a frame behind it.
struct SectionPiece: Codable, Sendable, Hashable {
    /// The section.
    let key: SectionKey
    /// Where the bytes begin.
    let offset: Int
    /// Bytes of the whole file; 0 where the reducer has none.
    let total: Int

    /// How many bytes travel at a time.
    static let size = 4 << 20
}
