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
    /// The current stage is over.
    func end()
}
