import CZeroMQ
import Glibc

/// Wakes a `Poller` on another thread.
///
/// Signals add up until the poller has seen them: none is lost, many count as one. Any thread may signal.
public final class Wakeup: Sendable {
    let descriptor: Int32

    /// - Throws: `ClusterError.refused` when the process has no descriptor left.
    public init() throws {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw ClusterError.lastFailure(of: "creating an event descriptor") }
    }

    deinit { close(descriptor) }

    /// Wakes the poller, now or at its next wait.
    public func signal() {
        var one: UInt64 = 1
        // EAGAIN would mean 2⁶⁴ signals that nobody saw; the poller wakes all the same.
        while write(descriptor, &one, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
    }

    /// Forgets the signals so far.
    func clear() {
        var count: UInt64 = 0
        while read(descriptor, &count, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
    }
}
