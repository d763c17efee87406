import Glibc
import SystemPackage

/// Where results go. Unlike `print`, a failure to write is an error.
enum StandardOutput {
    /// Whether somebody looks at it as it comes.
    static var isTerminal: Bool { isatty(FileDescriptor.standardOutput.rawValue) != 0 }

    /// Writes all of the text.
    ///
    /// - Throws: `CommandLineError.outputClosed` when the reader is gone, `.outputFailed` when there is no room.
    static func write(_ text: String) throws {
        do {
            _ = try FileDescriptor.standardOutput.writeAll(text.utf8)
        } catch Errno.brokenPipe {
            throw CommandLineError.outputClosed
        } catch let errno as Errno {
            throw CommandLineError.outputFailed(errno: errno)
        }
    }
}
