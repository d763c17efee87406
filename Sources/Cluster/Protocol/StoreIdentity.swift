import Storage

/// Whose numbers a reducer's store holds: a file beside them, so that a reducer that starts again finds its own.
struct StoreIdentity: Codable, Sendable, Hashable {
    /// The file's name in the store's folder.
    static let fileName = "reducer.json"

    /// The plan's identity.
    let plan: Digest
    /// The reducer's index in the plan's assignment.
    let index: Int
}
