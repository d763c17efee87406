/// A reporter that shows nothing: for tests, and for callers that do not ask.
public struct SilentProgress: ProgressReporter {
    /// Makes a reporter that shows nothing.
    public init() {}
    /// Shows nothing.
    public func begin(_ stage: ProgressStage) {}
    /// Shows nothing.
    public func advance(by count: Int) {}
    /// Shows nothing.
    public func end() {}
}
