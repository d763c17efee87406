import Analysis
import Pipeline
import Storage

/// Somebody asks a question about neurons of a run, or how it stands with it. Behind it, where the coordinator does not know the question,
/// an `InterventionQuestion` as behind a `LongBody`.
struct Ask: Codable, Sendable, Hashable {
    /// Conditions that a question may have, far more than anybody asks for; whether their sums fit into a message is seen behind it.
    static let mostConditions = 1 << 16
    /// Bytes that the JSON of a question may have: more than so many conditions take.
    private static let largest = 16 << 20

    /// The plan's identity, and the question's in the plan.
    let plan, question: Digest
    /// Rows that are asked for.
    let rows: Int
    /// Raw tokens of the budget whose sums its means are of, if of any; nil where nobody knows.
    let runTokens: Int?
    /// Bytes of the question's JSON before compression; nil where it is only asked how it stands.
    var bytes: Int?

    /// How it stands with a question is asked.
    init(about asked: AskedQuestion) {
        (plan, question, rows, runTokens) = (asked.plan.identity, asked.identity, asked.rows, asked.runTokens)
    }

    /// What a question over so many rows is known by: over more rows it is another one, which goes on with the sums of this one.
    static func key(of question: Digest, rows: Int) -> Digest { Digest(of: "\(question.hex) over \(rows) rows") }

    /// What the question is known by.
    var key: Digest { Self.key(of: question, rows: rows) }

    /// A question is asked, with its frames.
    ///
    /// - Throws: an `EncodingError`, `StorageError`.
    static func message(_ asked: AskedQuestion) throws -> (Ask, [PayloadFrame]) {
        let (body, payload) = try LongBody.frames(of: asked.question)
        var ask = Ask(about: asked)
        ask.bytes = body.bytes
        return (ask, payload)
    }

    /// The question in the frames, of a run's plan.
    ///
    /// - Returns: the question as it is known here; that is by another name where other kernels compute here than the asker takes for granted.
    /// - Throws: `MessageRefusal.body`, `.bodyDepth` where anything does not fit; `StorageError.unencodable`.
    func content(in payload: [ReceivedFrame], of plan: RunPlan, in folder: RunFolder) throws -> AskedQuestion {
        func refuse(_ problem: String) -> MessageRefusal { .body(.ask, problem: problem) }
        guard let bytes else { throw refuse("it has no question") }
        let question: InterventionQuestion = try LongBody(bytes: bytes).value(of: .ask, in: payload, limit: Self.largest)
        guard self.plan == plan.identity else { throw refuse("it is about another plan") }
        guard (1...Self.mostConditions).contains(question.conditions.count) else {
            throw refuse("it has \(question.conditions.count) conditions where 1 to \(Self.mostConditions) are expected")
        }
        if let problem = question.problem(in: plan) { throw refuse(problem) }
        guard (1...max(1, plan.numbers.corpus.rows)).contains(rows) else { throw refuse("the plan has no \(rows) rows") }
        guard MachineNumber.areBelievable([runTokens ?? 0]) else { throw refuse("no run has \(runTokens ?? 0) tokens") }
        return try AskedQuestion(question, rows: rows, of: plan, in: folder, runTokens: runTokens)
    }
}
