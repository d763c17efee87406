import Diagnostics

/// How a failure of the disk is told.
enum DiskTrouble {
    /// One line: what went wrong, without what to do about it.
    static func reason(_ error: any Error) -> String {
        (error as? any DiagnosedError)?.message ?? String(describing: error)
    }
}
