import Glibc
import Pipeline
import Storage

/// Waits a moment for an answer's folder that another process has: whoever asks and whoever answers may have the same run's folder, and one
/// writes the answer over fewer rows while the other one begins with more.
enum FolderPatience {
    /// Attempts, and microseconds between them: ten seconds, in which nobody else is heard.
    private static let attempts = 100, pause: useconds_t = 100_000

    /// Does what takes the folder.
    ///
    /// - Throws: `StorageError.locked` where it stays taken, `PipelineError.stopped`, and what `body` throws.
    static func take<Result>(stop: StopRequest, _ body: () throws -> Result) throws -> Result {
        for _ in 1..<attempts {
            do {
                return try body()
            } catch StorageError.locked {
                try stop.check()
                usleep(pause)
            }
        }
        return try body()
    }
}
