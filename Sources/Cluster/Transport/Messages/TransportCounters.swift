import Synchronization

/// Counts what passes through a socket; any thread may read it, for the metrics.
public final class TransportCounters: Sendable {
    /// The numbers at one moment.
    public struct Snapshot: Sendable, Hashable {
        /// Messages handed to the library.
        public var sent = 0
        /// Bytes of their bodies and payloads.
        public var sentBytes = 0
        /// Sends refused because a queue was full or a peer unknown.
        public var unsent = 0
        /// Messages of this process that nobody would take: too large, or no JSON.
        public var unsendable = 0
        /// Messages whose frames passed every check.
        public var received = 0
        /// Bytes of their bodies and payloads.
        public var receivedBytes = 0
        /// What was dropped, by reason.
        public var refused: [MessageRefusal.Reason: Int] = [:]

        /// Everything that was dropped.
        public var allRefused: Int { refused.values.reduce(0, +) }
    }

    private let numbers = Mutex(Snapshot())

    /// Zeros.
    public init() {}

    /// The numbers at this moment.
    public var snapshot: Snapshot { numbers.withLock { $0 } }

    /// Counts something that was dropped; to be called by whoever finds a body or a payload wrong.
    public func count(_ refusal: MessageRefusal) {
        numbers.withLock { $0.refused[refusal.reason, default: 0] += 1 }
    }

    func countSent(bytes: Int) {
        numbers.withLock {
            $0.sent += 1
            $0.sentBytes += bytes
        }
    }

    func countUnsent() { numbers.withLock { $0.unsent += 1 } }

    func countUnsendable() { numbers.withLock { $0.unsendable += 1 } }

    func countReceived(bytes: Int) {
        numbers.withLock {
            $0.received += 1
            $0.receivedBytes += bytes
        }
    }
}
