/// Where workers find a reducer.
struct ReducerAddress: Codable, Sendable, Hashable {
    /// Its index in the plan's assignment.
    let index: Int
    /// Where it listens.
    let endpoint: Endpoint
}
