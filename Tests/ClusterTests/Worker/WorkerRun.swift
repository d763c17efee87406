import Logging
import Pipeline
import Scheduling
import SmallRuns
import Synchronization

@testable import Cluster

/// A worker on a thread of its own.
final class WorkerRun: Sendable {
    let stop = StopRequest(), stopNow = StopRequest()
    private let result = Mutex<Result<RunOutcome?, any Error>?>(nil)

    init(_ settings: WorkerSettings, logger: Logger = Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() }) {
        _ = OwnThread { [self] in
            let outcome = Result { try WorkerProcess(settings, logger: logger).run(stop: stop, stopNow: stopNow) }
            result.withLock { $0 = outcome }
        }
    }

    /// How it ended; nil while it runs.
    var outcome: Result<RunOutcome?, any Error>? { result.withLock { $0 } }
}
