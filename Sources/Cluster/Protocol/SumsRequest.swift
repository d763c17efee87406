import Storage

/// Somebody wants the sums of a batch of a question that is answered.
struct SumsRequest: Codable, Sendable, Hashable {
    /// What the question is known by: its `Ask.key`.
    let question: Digest
    /// The batch, counted from the beginning of the draw.
    let batch: Int
}
