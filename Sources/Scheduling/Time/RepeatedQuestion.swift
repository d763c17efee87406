/// When a question is asked that is repeated until it is answered: at once, then after pauses that double up to a longest one.
///
///     var question = RepeatedQuestion(pauses: 50...1_000)
///     if question.isDue(at: now) { … }
public struct RepeatedQuestion: Sendable, Hashable {
    /// Milliseconds of the first pause and of the longest.
    private let pauses: ClosedRange<Int64>
    /// Milliseconds before it is asked again.
    private var pause: Int64
    /// When it was asked last; nil before that.
    private var asked: SchedulerTime?

    /// A question that has not been asked.
    ///
    /// - Parameter pauses: milliseconds of the first pause and of the longest, positive ones.
    public init(pauses: ClosedRange<Int64>) {
        self.pauses = pauses
        pause = pauses.lowerBound
    }

    /// Whether it is asked now; where it is, the next pause begins.
    public mutating func isDue(at now: SchedulerTime) -> Bool {
        if let asked {
            guard now - asked >= pause else { return false }
            pause = min(2 * pause, pauses.upperBound)
        }
        asked = now
        return true
    }
}
