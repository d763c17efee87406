import Pipeline
import Storage

/// What a worker is told when it comes to a process that has a question about neurons answered. Behind it `Inquiry.Content`, as behind a
/// `LongBody`.
struct Inquiry: Codable, Sendable, Hashable {
    /// The plan's identity, and the question's in the plan.
    let plan, question: Digest
    /// Counts the processes that have worked on the answer.
    let epoch: Int
    /// Milliseconds between heartbeats.
    let heartbeat: Int
    /// Bytes of the JSON before compression.
    let bytes: Int

    /// An inquiry with its frames.
    ///
    /// - Throws: an `EncodingError`, `StorageError`.
    static func message(
        _ content: Content, plan: Digest, question: Digest, epoch: Int, heartbeat: Int
    ) throws -> (Inquiry, [PayloadFrame]) {
        let (body, payload) = try LongBody.frames(of: content)
        return (Inquiry(plan: plan, question: question, epoch: epoch, heartbeat: heartbeat, bytes: body.bytes), payload)
    }

    /// What the frames hold, with the plan that it is about.
    ///
    /// - Parameter folder: what the messages about the plan call its file.
    /// - Throws: `MessageRefusal.body`, `.bodyDepth` where anything does not fit; `PipelineError` for a plan that is none.
    func content(in payload: [ReceivedFrame], for folder: RunFolder) throws -> (content: Content, plan: RunPlan) {
        let content: Content = try LongBody(bytes: bytes).value(of: .inquiry, in: payload)
        let plan = try Array(content.plan.utf8).withUnsafeBytes { try RunPlan.decode($0, of: folder.plan) }
        if let problem = try problem(content, plan) { throw MessageRefusal.body(.inquiry, problem: problem) }
        return (content, plan)
    }

    private func problem(_ content: Content, _ plan: RunPlan) throws -> String? {
        if plan.identity != self.plan { return "the plan is not the one that it names" }
        let (corpus, question) = (plan.numbers.corpus, content.question)
        if let problem = question.problem(in: plan) { return problem }
        let vocabulary = plan.numbers.models.first { $0.id == question.model }?.vocabulary ?? 0
        // Counts of that size add up without overflow.
        guard (content.counts != nil) == question.hasFrequencies,
            content.counts.map({ $0.count <= vocabulary && $0.allSatisfy((0...1 << 32).contains) }) != false
        else { return "its counts are none of the model's tokens" }
        guard content.tokens.count == corpus.context, content.tokens.allSatisfy((0..<Int32(clamping: corpus.vocabulary)).contains),
            (0..<corpus.rows).contains(content.firstRow.index), (0..<max(1, corpus.domains.count)).contains(content.firstRow.domain)
        else { return "its row is none of the corpus" }
        // It may come to stand in a log.
        guard content.kernels.map({ (1...64).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) != false else {
            return "its kernels are none"
        }
        let isNamed = try question.identity(in: plan.identity, kernels: content.kernels) == self.question
        return isNamed ? nil : "the question is not the one that it names"
    }
}
