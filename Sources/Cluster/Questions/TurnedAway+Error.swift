import Diagnostics

extension TurnedAway {
    /// Characters of a reason: nobody reads more, and it must be heard of in any case.
    private static let longestReason = 4_000

    /// What ends the work on a question, as whoever has asked hears of it.
    init(of error: any Error) {
        if let error = error as? any DiagnosedError {
            self.init(
                reason: String(error.message.prefix(Self.longestReason)), remedy: String(error.remedy.prefix(Self.longestReason)),
                status: error.exitStatus.rawValue)
        } else {
            self.init(
                reason: String("\(error)".prefix(Self.longestReason)), remedy: "see the log of the process that answers questions",
                status: ExitStatus.software.rawValue)
        }
    }
}
