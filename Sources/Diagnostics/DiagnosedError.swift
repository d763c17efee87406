/// An error that says what went wrong, where, and what a person can do about it.
///
/// Every module has one enum that conforms; each case carries the facts (file, byte, expected, found).
public protocol DiagnosedError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, with the facts: one sentence without a final full stop.
    var message: String { get }
    /// What to do about it: one sentence in the imperative without a final full stop.
    var remedy: String { get }
    /// The exit code that the process ends with when nothing handles the error.
    var exitStatus: ExitStatus { get }
}

extension DiagnosedError {
    /// The message and the remedy, as printed on standard error.
    public var description: String { "\(message); \(remedy)" }
}
