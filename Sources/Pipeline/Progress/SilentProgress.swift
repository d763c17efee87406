/// A reporter that shows nothing: for tests, and for callers that do not ask.
public struct SilentProgress: ProgressReporter {
    /// Makes a reporter that shows nothing.
    public init() {}
    public func begin(_ stage: ProgressStage) {}
    public func advance(by count: Int) {}
    public func end() {}
}
