import Scheduling

/// Asks a reducer to fold everything that may be folded, and then to say what it holds. Behind it `FlushRequest.News`, as behind a
/// `LongBody`.
struct FlushRequest: Codable, Sendable, Hashable {
    /// Counts the questions; an answer to an older one is not wanted any more.
    let round: Int
    /// Bytes of the JSON before compression.
    let bytes: Int

    /// A worker's numbers of a task, which have to be emptied: the plan says where they are.
    struct Wrong: Codable, Sendable, Hashable {
        /// The task.
        let task: TaskID
        /// Who computed them.
        let worker: WorkerID
    }

    /// What a reducer must know before it folds.
    struct News: Codable, Sendable, Hashable {
        /// All verdicts so far: one that was lost on the way must not hold a parcel back.
        var verdicts: [Verdict] = []
        /// Numbers that have to be emptied.
        var wrong: [Wrong] = []
    }

    /// A question with its frames.
    ///
    /// - Throws: an `EncodingError`, `StorageError`.
    static func message(round: Int, _ news: News) throws -> (FlushRequest, [PayloadFrame]) {
        let (body, payload) = try LongBody.frames(of: news)
        return (FlushRequest(round: round, bytes: body.bytes), payload)
    }

    /// What the frames hold.
    ///
    /// - Throws: `MessageRefusal.body`, `.bodyDepth`.
    func news(in payload: [ReceivedFrame]) throws -> News { try LongBody(bytes: bytes).value(of: .flush, in: payload) }
}
