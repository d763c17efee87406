/// Asks a coordinator how far it is.
struct StatusRequest: Codable, Sendable, Hashable {}
