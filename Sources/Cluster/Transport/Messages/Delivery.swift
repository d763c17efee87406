/// What became of a message that a loop wanted to send.
enum Delivery: Sendable, Equatable {
    /// It is on its way.
    case sent
    /// The peer's queue is full, or there is no connection: it may be sent later.
    case full
    /// A router knows no such peer (any more).
    case unknownPeer
    /// Nobody would take it, now or later, and it was dropped: `ClusterError.messageTooLarge` or `.unencodable`.
    case dropped(ClusterError)
}
