import Foundation
import Testing

/// Waits for something that other processes do.
enum Patience {
    /// Seconds that anything may take; only tests that fail wait so long. Far more than any of these things takes on a machine that does much
    /// else.
    static let usual = 600

    /// Raised when it did not come.
    struct Ended: Error {
        let awaited: String
        let reason: String
    }

    /// Looks again and again until `condition` holds.
    ///
    /// - Throws: `Ended` when `process`, which should bring it, has ended; against hanging also after so many seconds.
    static func wait(for awaited: String, of process: Process? = nil, seconds: Int = usual, _ condition: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while try !condition() {
            guard process?.isRunning != false else {
                // What it did last may be what is awaited.
                if try condition() { return }
                throw Ended(awaited: awaited, reason: "the process that should bring it has ended")
            }
            guard ContinuousClock.now < end else { throw Ended(awaited: awaited, reason: "it did not come in \(seconds) seconds") }
            usleep(1000)
        }
    }

    /// Waits for a process's end. One that does not end is killed, which is an issue of its own.
    ///
    /// - Returns: its exit code, as shells report it.
    static func end(
        of process: Process, named name: String, seconds: Int = usual, sourceLocation: SourceLocation = #_sourceLocation
    ) -> Int32 {
        let end = ContinuousClock.now + .seconds(seconds)
        while process.isRunning, ContinuousClock.now < end { usleep(10_000) }
        if process.isRunning {
            Issue.record("\(name) did not end in \(seconds) seconds", sourceLocation: sourceLocation)
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        return BuiltProgram.status(of: process)
    }
}
