import Scheduling

/// A coordinator's answer.
public struct ControlReply: Codable, Sendable, Hashable {
    /// How many tasks it concerned.
    public let tasks: Int
    /// Why a task is where it is; nil where none was asked for or the plan has no such task.
    public let explanation: TaskExplanation?
    /// What a retry does; nil where none was asked for.
    public var retry: RetryEffect?
    /// Why nothing was done; nil where something was.
    var refusal: Refusal?

    /// Why a request was not followed.
    struct Refusal: Codable, Sendable, Hashable {
        /// What is in the way.
        let reason: String
        /// What to do about it.
        let remedy: String
    }
}
