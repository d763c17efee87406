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
        /// Connections to what listens that have ended, whatever ended them.
        public var connectionsEnded = 0
        /// Connections that ended without a goodbye: the peer is gone, or it has sent a frame above the limit and was cut off, which the
        /// library does not tell apart.
        public var connectionsLost = 0
        /// Those that have ended of which it is not decided yet whether they are lost: their peers' last words may not have been received.
        var connectionsToJudge = 0
        /// Handshakes that failed, which is told elsewhere, whose connections are still to end.
        var handshakesFailed = 0
        /// Peers that have said that they go, or have asked all that they wanted to know, whose connections are still to end.
        var goodbyes = 0

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

    /// Counts a peer that will go, with its connection.
    func countGoodbye() { numbers.withLock { $0.goodbyes += 1 } }

    func countEndedConnection() {
        numbers.withLock {
            $0.connectionsEnded += 1
            $0.connectionsToJudge += 1
        }
    }

    /// Decides of connections that have ended which of them are lost: each uses up a failed handshake or a goodbye, or else nobody has said
    /// anything of its end. To be called once all has been taken in that came through them.
    func judge(_ connections: Int) {
        numbers.withLock {
            for _ in 0..<min(connections, $0.connectionsToJudge) {
                $0.connectionsToJudge -= 1
                if $0.handshakesFailed > 0 {
                    $0.handshakesFailed -= 1
                } else if $0.goodbyes > 0 {
                    $0.goodbyes -= 1
                } else {
                    $0.connectionsLost += 1
                }
            }
        }
    }

    func countFailedHandshake() { numbers.withLock { $0.handshakesFailed += 1 } }

    func countUnsent() { numbers.withLock { $0.unsent += 1 } }

    func countUnsendable() { numbers.withLock { $0.unsendable += 1 } }

    func countReceived(bytes: Int) {
        numbers.withLock {
            $0.received += 1
            $0.receivedBytes += bytes
        }
    }
}
