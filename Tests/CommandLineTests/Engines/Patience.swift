import Foundation

/// Waits for something that other processes do.
enum Patience {
    /// Raised when it did not come.
    struct Ended: Error {
        let awaited: String
    }

    /// Looks again and again until `condition` holds.
    ///
    /// - Throws: `Ended` when `process`, which should bring it, has ended, or after a minute, far more than any of these things takes.
    static func wait(for awaited: String, of process: Process? = nil, _ condition: () throws -> Bool) throws {
        let end = Date().addingTimeInterval(60)
        while try !condition() {
            guard process?.isRunning != false, Date() < end else { throw Ended(awaited: awaited) }
            usleep(1000)
        }
    }
}
