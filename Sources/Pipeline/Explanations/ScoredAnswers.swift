/// What became of a file of answers.
public struct ScoredAnswers: Codable, Sendable {
    /// Where the explanations stand.
    public let file: String
    /// Those of the answers, in their order.
    public let explanations: [WrittenExplanation]
    /// How many the file has now.
    public let total: Int
}
