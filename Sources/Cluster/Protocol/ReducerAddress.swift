/// Where workers find a reducer.
struct ReducerAddress: Codable, Sendable, Hashable {
    /// Its index in the plan's assignment.
    let index: Int
    /// Where it listens.
    let endpoint: Endpoint
    /// The key that it has, with which it also listens; nil without keys.
    let key: PublicKey?
}
