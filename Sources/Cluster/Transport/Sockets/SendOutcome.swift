/// What became of a message that was to be sent.
public enum SendOutcome: Sendable, Hashable {
    /// It is on its way. (That it arrives only an answer can tell.)
    case sent
    /// The peer's queue is full, or a dealer has no connection: try again later.
    case full
    /// A router knows no such peer (any more).
    case unknownPeer
}
