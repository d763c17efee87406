/// Asks a coordinator how far it is.
struct StatusRequest: Codable, Sendable, Hashable {
    /// The token of the coordinator that is meant; nil: whichever listens.
    let coordinator: String?
    /// Whether it is asked again and again, until the run is over.
    let isWatching: Bool?

    init(coordinator: String? = nil, isWatching: Bool? = nil) {
        self.coordinator = coordinator
        self.isWatching = isWatching
    }
}
