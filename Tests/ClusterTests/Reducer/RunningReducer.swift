import Glibc
import Logging
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Synchronization

@testable import Cluster

/// A reducer on a thread of its own.
final class RunningReducer: Sendable {
    let process: ReducerProcess
    private let stop = StopRequest()
    private let end: EndOfRun

    private final class EndOfRun: Sendable {
        let result = Mutex<Result<RunOutcome?, any Error>?>(nil)
    }

    init(
        _ settings: ReducerSettings, in context: MessageContext? = nil, logger: Logger? = nil, files: any FileLayer = LocalFiles()
    ) throws {
        let logger = logger ?? Logger(label: "reducer") { _ in SwiftLogNoOpLogHandler() }
        let process = try ReducerProcess(settings, in: context, logger: logger, files: files)
        let (stop, end) = (stop, EndOfRun())
        self.process = process
        self.end = end
        _ = OwnThread {
            let result = Result { try process.run(stop: stop) }
            end.result.withLock { $0 = result }
        }
    }

    /// Whether it has ended by itself.
    var hasEnded: Bool { end.result.withLock { $0 != nil } }

    /// Stops it, if it still runs, and tells how it ended.
    @discardableResult
    func stopped() throws -> RunOutcome? {
        stop.raise()
        // As often as it is asked for: a thread can be joined once only.
        while !hasEnded { usleep(2_000) }
        return try end.result.withLock { try $0?.get() }
    }
}
