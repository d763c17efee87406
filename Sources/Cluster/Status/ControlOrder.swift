/// Asks a coordinator for something, and no other one.
struct ControlOrder: Codable, Sendable, Hashable {
    /// What is asked for.
    let request: ControlRequest
    /// The token of the coordinator that is meant; nil: whichever listens.
    let coordinator: String?

    init(_ request: ControlRequest, coordinator: String? = nil) {
        self.request = request
        self.coordinator = coordinator
    }
}
