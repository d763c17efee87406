import Logging
import Synchronization

/// Serves a process's metrics over HTTP, on a thread of its own.
///
///     let server = try MetricsServer(MetricsAddress("127.0.0.1:9400"), role: "worker", logger: logger)
///     defer { server.stop() }
///     settings.metrics = server.board      // the loop publishes there what it knows
///
/// It answers `GET /metrics` and nothing else. Whoever asks is a stranger: the number of connections, the size of a request and the time
/// that it may take are bounded, and nothing of what is asked reaches the process's loop.
public final class MetricsServer: Sendable {
    /// Where it listens, with the port that it has got.
    public let address: MetricsAddress
    /// Where the process's loop publishes what it knows.
    public let board: MetricsBoard
    private let service: MetricsService
    private let isStopped = Atomic<Bool>(false)

    /// Listens, and answers from here on.
    ///
    /// - Parameters:
    ///   - address: Where.
    ///   - role: What the process does: `coordinator`, `worker` or `reducer`.
    ///   - logger: Told where the metrics are.
    /// - Throws: `ClusterError.metricsUnavailable` when it cannot listen there, `.refused` when the process has no descriptor left.
    public convenience init(_ address: MetricsAddress, role: String, logger: Logger) throws {
        try self.init(address, role: role, logger: logger, patience: MetricsConnection.patience)
    }

    /// - Parameter patience: how long one connection may take.
    init(_ address: MetricsAddress, role: String, logger: Logger, patience: Duration) throws {
        let board = MetricsBoard()
        let process = ProcessMetrics(role: role)
        let listener = try MetricsListener(address)
        service = try MetricsService(listener, patience: patience) { MetricsText.text(process.families + board.families) }
        self.address = listener.address
        self.board = board
        service.start()
        logger.info("metrics are at http://\(listener.address)/metrics")
    }

    deinit { stop() }

    /// Stops. From here on nobody listens there.
    public func stop() {
        if !isStopped.exchange(true, ordering: .acquiringAndReleasing) { service.stop() }
    }
}
