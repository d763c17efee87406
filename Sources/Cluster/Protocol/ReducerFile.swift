import Statistics

/// A file of a reducer that the coordinator may fetch.
enum ReducerFile: Codable, Sendable, Hashable {
    /// The file of a section.
    case section(SectionKey)
    /// The findings of a column group.
    case findings(group: Int)
    /// The correlations of a block: a chunk of a matrix.
    case correlations(block: Int)
}
