import SystemPackage

/// Where results go. Unlike `print`, a failure to write is an error.
enum StandardOutput {
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
