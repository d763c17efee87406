/// Where a row of tokens comes from.
struct RowPlace: Codable, Sendable, Hashable {
    /// Its index in the packed corpus.
    let index: Int
    /// The index of its domain.
    let domain: Int
}
