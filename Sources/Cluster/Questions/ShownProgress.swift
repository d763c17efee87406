import Analysis
import Diagnostics
import Logging
import Pipeline

/// What somebody who has asked sees of how it stands.
struct ShownProgress {
    private let question: AskedQuestion
    private let endpoint: Endpoint
    private let context: JobContext
    /// Questions before it that were told of last.
    private var ahead: Int?
    /// Rows that are shown as measured; nil before it is its turn.
    private var rows: Int?
    /// Why nothing goes on, as far as a change of it is news.
    private var lastNews = ""

    init(_ question: AskedQuestion, _ endpoint: Endpoint, _ context: JobContext) {
        (self.question, self.endpoint, self.context) = (question, endpoint, context)
    }

    mutating func show(_ standing: QuestionStanding) {
        guard standing.phase == .current else {
            if ahead != standing.ahead {
                context.logger.info("\(endpoint) has \(standing.ahead) \(standing.ahead == 1 ? "question" : "questions") before this one")
            }
            ahead = standing.ahead
            return
        }
        // Whatever is said, no more than there are.
        let done = min(max(0, standing.rowsDone), question.rows)
        if let rows {
            // One that was begun again counts from where it is.
            if done > rows { context.progress.advance(by: done - rows) }
        } else {
            context.logger.info("the question is answered by the workers of \(endpoint)")
            context.progress.begin(
                ProgressStage(InterventionQuestion.activity, unit: .rows, total: question.rows, completed: done))
        }
        rows = max(rows ?? 0, done)
        let reason = standing.waitingBecause.map { LogText.line($0) }
        // Seconds that run down are one reason, not many.
        let news = (reason ?? "").filter { !$0.isNumber }
        if let reason, news != lastNews { context.logger.info("\(reason)") }
        if reason != nil || !lastNews.isEmpty { context.progress.wait(for: reason, isStill: reason != nil) }
        lastNews = news
    }

    /// The question is answered: all of its rows are measured.
    mutating func complete() {
        guard let rows else { return }
        context.progress.advance(by: question.rows - rows)
        self.rows = question.rows
    }

    func end() {
        if rows != nil { context.progress.end() }
    }
}
