/// How far a reducer is with the summaries of its column groups.
struct SummariesReport: Codable, Sendable, Hashable {
    /// What keeps it from going on.
    struct Trouble: Codable, Sendable, Hashable {
        /// In words.
        let reason: String
        /// Whether it will not be over by itself: a damaged store is, a full disk is not.
        let isFinal: Bool
    }

    /// The reducer's index.
    let index: Int
    /// The question's round.
    let round: Int
    /// The groups that are done, ascending.
    let done: [Int]
    /// Nil while it goes on.
    let trouble: Trouble?
}
