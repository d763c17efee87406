import Dispatch
import Scheduling
import Synchronization

/// Holds leases back before they are compressed.
final class EncodingGate: Sendable {
    private let entered = Mutex<[Int]>([])
    private let isOpen = DispatchSemaphore(value: 0)

    /// The numbers of the leases that have come, in that order.
    var leases: [Int] { entered.withLock { $0 } }

    /// Waits until the gate is open.
    func pass(_ lease: LeaseID) {
        entered.withLock { $0.append(lease.number) }
        isOpen.wait()
        isOpen.signal()
    }

    /// Lets all pass from now on.
    func open() { isOpen.signal() }
}
