import Scheduling

/// Asks a reducer to fold everything that may be folded, and then to say what it holds.
struct FlushRequest: Codable, Sendable, Hashable {
    /// Counts the questions; an answer to an older one is not wanted any more.
    let round: Int
    /// All verdicts so far: one that was lost on the way must not hold a parcel back.
    let verdicts: [Verdict]
    /// Numbers that have to be emptied.
    let wrong: [WrongNumbers]
}
