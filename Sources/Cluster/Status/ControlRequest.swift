import Scheduling

/// Asks a coordinator for something.
public enum ControlRequest: Codable, Sendable, Hashable {
    /// Compute nothing more.
    case cancel
    /// Give failed tasks a new chance; nil: all of them.
    case retry([TaskID]?)
    /// Give a lost reducer's part to the others.
    case reassign(Int)
    /// Why is a task where it is?
    case explain(TaskID)
}
