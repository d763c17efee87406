import Statistics

/// Asks a reducer for some bytes of a section's file.
struct SectionRequest: Codable, Sendable, Hashable {
    /// The section.
    let key: SectionKey
    /// Where the bytes begin.
    let offset: Int
}
