import SmallRuns
import Synchronization

@testable import Cluster

/// Somebody who asks a coordinator how the run stands, on a thread of his own.
final class ClientRun: Sendable {
    private let end = Mutex<Result<ClusterStatus, any Error>?>(nil)

    init(_ endpoint: Endpoint) {
        _ = OwnThread { [self] in
            let result = Result { try ClusterClient(endpoint, security: .privateFolder, in: try MessageContext()).status(seconds: 60) }
            end.withLock { $0 = result }
        }
    }

    /// What he was told; nil while he waits.
    var result: Result<ClusterStatus, any Error>? { end.withLock { $0 } }
}
