import Diagnostics
import Foundation

/// Turns SIGBUS into a message and an exit code.
///
/// Files are read through memory maps. When somebody shortens one meanwhile, or its disk fails, the kernel has no bytes to give and sends
/// this signal in the middle of whatever reads: there is nothing to go on with, but something to say.
enum BusErrors {
    /// Written by the signal handler, which may neither allocate nor wait for anybody: prepared before and never changed or freed.
    nonisolated(unsafe) private static var text: UnsafePointer<UInt8>?
    nonisolated(unsafe) private static var count = 0
    nonisolated(unsafe) private static var status = ExitStatus.ioError.rawValue

    /// Handles SIGBUS from now on: ends the process with `status`; the last call of this function decides.
    static func install(status: ExitStatus = .ioError) {
        self.status = status.rawValue
        guard text == nil else { return }
        let message = """

            error: a file that was being read became shorter, or its disk failed (SIGBUS)
            remedy: look for what writes to the inputs or the run's folder, and at the system's log; then start again, nothing was lost

            """
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: message.utf8.count)
        _ = bytes.initialize(from: message.utf8)
        text = UnsafePointer(bytes.baseAddress)
        count = bytes.count
        signal(SIGBUS) { _ in
            _ = write(STDERR_FILENO, BusErrors.text, BusErrors.count)
            _exit(BusErrors.status)
        }
    }
}
