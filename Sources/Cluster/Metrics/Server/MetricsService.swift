import Foundation
import Glibc
import Synchronization

/// The loop of a metrics server: one thread, a few connections, and nothing that waits for one of them.
///
/// Sendable: its connections are touched by its own thread only.
final class MetricsService: @unchecked Sendable {
    /// Connections that are served at a time; others wait with the system. A scraper needs one.
    private static let mostConnections = 16
    /// How long nobody is let in where the system has no descriptor left: the process needs those more.
    private static let rest = Duration.seconds(1)

    /// Nil, and its port free, once the thread has ended.
    private var listener: MetricsListener?
    private let metrics: @Sendable () -> String
    private let patience: Duration
    private let wakeup: Wakeup
    private let isStopping = Atomic<Bool>(false)
    private let hasStopped = DispatchSemaphore(value: 0)
    private var connections: [MetricsConnection] = []
    private var restsUntil: ContinuousClock.Instant?

    init(_ listener: MetricsListener, patience: Duration, metrics: @escaping @Sendable () -> String) throws {
        self.listener = listener
        self.patience = patience
        self.metrics = metrics
        wakeup = try Wakeup()
    }

    /// Starts the thread.
    func start() {
        let thread = Thread { [self] in
            while !isStopping.load(ordering: .acquiring) { work() }
            for connection in connections { close(connection.descriptor) }
            connections = []
            listener = nil
            hasStopped.signal()
        }
        thread.name = "metrics"
        thread.start()
    }

    /// Ends the thread, and waits for that; to be called once.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeup.signal()
        hasStopped.wait()
    }

    /// Waits until there is something to do, and does it.
    private func work() {
        var now = ContinuousClock.now
        if let end = restsUntil, end <= now { restsUntil = nil }
        let isOpen = restsUntil == nil && connections.count < Self.mostConnections
        var items = [
            pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0),
            // A negative descriptor is passed over.
            pollfd(fd: isOpen ? listener?.descriptor ?? -1 : -1, events: Int16(POLLIN), revents: 0),
        ]
        items += connections.map { pollfd(fd: $0.descriptor, events: $0.awaited, revents: 0) }
        let end = (connections.map(\.deadline) + [restsUntil].compactMap(\.self)).min()
        // Rounded up, so that it is not asked again before the time.
        let milliseconds = end.map { Int32(clamping: Int(max(.zero, $0 - now) / .milliseconds(1)) + 1) } ?? -1
        guard poll(&items, nfds_t(items.count), milliseconds) >= 0 else {
            // A signal came; or there is no memory, and then it is tried again in a moment.
            if errno != EINTR { usleep(100_000) }
            return
        }
        wakeup.clear()
        now = ContinuousClock.now
        advance(items[2...].map { $0.revents != 0 }, at: now)
        if items[1].revents != 0 { accept(at: now) }
    }

    /// Goes on with the connections that can, and ends those that are over.
    private func advance(_ isReady: [Bool], at now: ContinuousClock.Instant) {
        var open: [MetricsConnection] = []
        for (place, var connection) in connections.enumerated() {
            let isOver = isReady[place] ? connection.advance(answer) : false
            if isOver || connection.deadline <= now { close(connection.descriptor) } else { open.append(connection) }
        }
        connections = open
    }

    private func accept(at now: ContinuousClock.Instant) {
        while connections.count < Self.mostConnections, let listener {
            let (descriptor, hasRoom) = listener.accept()
            if !hasRoom { restsUntil = now + Self.rest }
            guard let descriptor else { return }
            connections.append(MetricsConnection(descriptor, deadline: now + patience))
        }
    }

    private func answer(_ request: MetricsRequest?) -> MetricsResponse { MetricsResponse(to: request, metrics: metrics) }
}
