import Storage

/// How a reducer introduces itself.
struct ReducerHello: Codable, Sendable, Hashable {
    /// Its name, which is also its routing identity.
    let name: String
    /// Its host's name.
    let host: String
    /// Its process on that host.
    let process: Int32
    /// The version of its program.
    let program: String
    /// Where workers find it.
    let endpoint: Endpoint
    /// Its store's folder on that host: a reducer that was stopped before it had written anything is known again by it.
    let folder: String
    /// What its store was begun as, if it was.
    let store: StoreIdentity?

    /// Its store as host:folder.
    var place: String { "\(host):\(folder)" }
}
