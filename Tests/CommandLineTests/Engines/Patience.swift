import Foundation

/// Waits for something that other processes do.
enum Patience {
    /// Raised when it did not come.
    struct Ended: Error {
        let awaited: String
    }

    /// Looks again and again until `condition` holds.
    ///
    /// - Throws: `Ended` when `process`, which should bring it, has ended; against hanging also after ten minutes, far more than any of
    ///   these things takes on a machine that does much else.
    static func wait(for awaited: String, of process: Process? = nil, _ condition: () throws -> Bool) throws {
        let end = Date().addingTimeInterval(600)
        while try !condition() {
            guard process?.isRunning != false, Date() < end else { throw Ended(awaited: awaited) }
            usleep(1000)
        }
    }
}
