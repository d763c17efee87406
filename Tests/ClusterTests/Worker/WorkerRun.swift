import Logging
import Pipeline
import Scheduling
import Synchronization

@testable import Cluster

/// A worker on a thread of its own.
final class WorkerRun: Sendable {
    let stop = StopRequest(), stopNow = StopRequest()
    private let result = Mutex<Result<RunOutcome?, any Error>?>(nil)

    init(_ settings: WorkerSettings) {
        _ = OwnThread { [self] in
            let quiet = Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() }
            let outcome = Result { try WorkerProcess(settings, logger: quiet).run(stop: stop, stopNow: stopNow) }
            result.withLock { $0 = outcome }
        }
    }

    /// How it ended; nil while it runs.
    var outcome: Result<RunOutcome?, any Error>? { result.withLock { $0 } }
}
