/// Hears how far a long job is.
///
/// Jobs call it from any of their threads and never wait for it; it must not throw, block or change a result.
///
/// ```swift
/// progress.begin(ProgressStage("correlating", unit: .tokens, total: 100_000))
/// progress.advance(by: 4_096)      // from any thread, as often as the job likes
/// progress.end()
/// ```
public protocol ProgressReporter: Sendable {
    /// A stage begins; a stage that was still open ends.
    func begin(_ stage: ProgressStage)
    /// `count` more units of the current stage are done.
    func advance(by count: Int)
    /// `count` more units of the current stage turn out to be there: they, and the time until now, say nothing about the speed.
    func find(_ count: Int)
    /// The current stage waits for something, or goes on again.
    ///
    /// - Parameters:
    ///   - reason: What it waits for, for people; nil: nothing.
    ///   - isStill: Whether nothing at all is worked on meanwhile: such time says nothing about the speed.
    func wait(for reason: String?, isStill: Bool)
    /// The current stage is over.
    func end()
}

extension ProgressReporter {
    /// Counts them as done.
    public func find(_ count: Int) { advance(by: count) }

    /// Shows nothing: few stages wait.
    public func wait(for reason: String?, isStill: Bool) {}
}
