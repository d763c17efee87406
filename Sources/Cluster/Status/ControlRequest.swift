import Scheduling

/// Asks a coordinator for something.
public enum ControlRequest: Codable, Sendable, Hashable {
    /// Compute nothing more.
    case cancel
    /// Give failed tasks a new chance; nil: all of them.
    case retry([TaskID]?)
    /// Why is a task where it is?
    case explain(TaskID)
}
