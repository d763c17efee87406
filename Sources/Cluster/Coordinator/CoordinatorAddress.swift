/// Where a run's coordinator is, for `status` and its like: a file in the run's folder as long as it answers.
struct CoordinatorAddress: Codable, Sendable, Hashable {
    /// The file's name.
    static let fileName = "coordinator.json"

    /// Where it listens.
    let endpoint: Endpoint
    /// Its host.
    let host: String
    /// Its process on that host.
    let process: Int32
}
