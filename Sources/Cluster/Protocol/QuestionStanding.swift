import Storage

/// How it stands with a question that somebody has asked.
struct QuestionStanding: Codable, Sendable, Hashable {
    /// In one word.
    enum Phase: String, Codable, Sendable {
        /// The coordinator does not know the question: it is to be asked in full.
        case unknown
        /// Others are before it.
        case waiting
        /// It is being answered.
        case current
        /// It is answered: the sums can be had.
        case answered
        /// It cannot be answered.
        case failed
    }

    /// What the question is known by: its `Ask.key`.
    let question: Digest
    /// How it stands.
    let phase: Phase
    /// Questions before it.
    var ahead = 0
    /// Rows that are measured, while it is being answered.
    var rowsDone = 0
    /// Why nothing goes on, where nothing does.
    var waitingBecause: String?
    /// Why it cannot be answered.
    var failure: TurnedAway?
}
