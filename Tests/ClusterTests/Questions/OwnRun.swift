import Pipeline
import SmallRuns
import Synchronization

/// A job on a thread of its own that can be stopped.
final class OwnRun<Value: Sendable>: Sendable {
    let stop = StopRequest()
    private let result = Mutex<Result<Value, any Error>?>(nil)

    init(_ body: @escaping @Sendable (StopRequest) throws -> Value) {
        _ = OwnThread { [self] in
            let outcome = Result { try body(stop) }
            result.withLock { $0 = outcome }
        }
    }

    /// How it ended; nil while it runs.
    var outcome: Result<Value, any Error>? { result.withLock { $0 } }
}
