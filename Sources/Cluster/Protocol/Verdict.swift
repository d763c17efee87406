import Scheduling

/// What reducers have to know of a task that several workers computed.
enum Verdict: Codable, Sendable, Hashable {
    /// Its numbers with this digest may be folded.
    case release(ParcelID)
    /// Its numbers with this digest are wrong.
    case discard(ParcelID)
}
