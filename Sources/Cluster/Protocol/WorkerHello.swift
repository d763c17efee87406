import Scheduling

/// How a worker introduces itself.
struct WorkerHello: Codable, Sendable, Hashable {
    /// Its name, which is also its routing identity.
    let worker: WorkerID
    /// Its host's name.
    let host: String
    /// Its process on that host.
    let process: Int32
    /// The version of its program.
    let program: String
}
