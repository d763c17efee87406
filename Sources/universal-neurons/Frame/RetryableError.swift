import Diagnostics

/// An error that another attempt, here or elsewhere, may not meet: the disk's or the network's. Engines retry on its exit code.
struct RetryableError: DiagnosedError {
    private let cause: any DiagnosedError

    /// - Returns: nil for an error that no attempt can avoid.
    init?(_ error: any Error) {
        guard let cause = error as? any DiagnosedError, cause.exitStatus == .ioError || cause.exitStatus == .osError else { return nil }
        self.cause = cause
    }

    /// Does something whose errors of this kind are told as such: what engines rely on.
    static func marking<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw RetryableError(error) ?? error
        }
    }

    var message: String { cause.message }
    var remedy: String { cause.remedy }
    var exitStatus: ExitStatus { .temporaryFailure }
}
