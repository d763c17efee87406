/// One thing that must hold on a machine before its results can be trusted or its speed expected.
public struct MachineCheck: Codable, Hashable, Sendable {
    /// What must hold: "own kernels give the reference bits".
    public let name: String
    /// Whether it does.
    public let passed: Bool
    /// Whether a job may run all the same: a note rather than a fault.
    public let isAdvice: Bool
    /// What was found.
    public let finding: String
    /// What to do about it; empty where it passed.
    public let remedy: String

    /// Records the outcome of a check.
    public init(_ name: String, passed: Bool, isAdvice: Bool = false, finding: String, remedy: String = "") {
        self.name = name
        self.passed = passed
        self.isAdvice = isAdvice
        self.finding = finding
        self.remedy = passed ? "" : remedy
    }
}
