import Glibc
import Pipeline
import SmallRuns
import Synchronization

@testable import Cluster

/// Everybody who attacks one process over the network at once, again and again, on a thread of their own.
final class NetworkAttack: Sendable {
    /// Whom it falls on.
    struct Target: Sendable {
        let endpoint: Endpoint
        /// The key that it proves.
        let key: PublicKey
        /// Bytes of a frame that is too large for it.
        let oversized: Int
        /// What a worker's key may not send to it, or what makes no sense.
        let nonsense: [(kind: MessageKind, body: String)]
    }

    private final class Tally: Sendable {
        let rounds = Atomic<Int>(0)
        let messages = Atomic<Int>(0)
    }

    private let tally = Tally()
    private let stop = StopRequest()
    private let thread: OwnThread

    /// Begins.
    ///
    /// - Parameter keys: whose worker's key the target admits.
    init(on target: Target, with keys: KeyFolder) {
        thread = OwnThread { [tally, stop] in try? Self.attack(target, keys, tally, stop) }
    }

    /// How often everything was tried.
    var rounds: Int { tally.rounds.load(ordering: .relaxed) }
    /// Messages that the library has taken.
    var messages: Int { tally.messages.load(ordering: .relaxed) }

    /// Ends it.
    func end() {
        stop.raise()
        thread.join()
    }

    private static func attack(_ target: Target, _ keys: KeyFolder, _ tally: Tally, _ stop: StopRequest) throws {
        let admitted = try keys.pair(of: .worker)
        let name = Array(try keys.client(as: .worker).name(for: "flood").utf8)
        let body = Array("{}".utf8)
        func friend() -> RawPeer { RawPeer(target.endpoint, with: admitted, server: target.key) }
        let (old, large, flood) = (friend(), friend(), friend())
        var intruders: [RawPeer] = []
        @discardableResult
        func send(_ peer: RawPeer, _ frames: [[UInt8]]) -> Bool {
            guard peer.send(frames) else { return false }
            tally.messages.wrappingAdd(1, ordering: .relaxed)
            return true
        }
        while !stop.isRaised {
            send(old, [header(version: MessageHeader.version + 1) + name, body])
            // Not more than connections are made again for.
            if tally.rounds.load(ordering: .relaxed).isMultiple(of: 4) {
                send(large, [header() + name, body, [UInt8](repeating: 1, count: target.oversized)])
            }
            // Keys that nobody has allowed, another server's key, none at all; those of the last round had time to be turned away.
            intruders = [
                RawPeer(target.endpoint, with: try KeyPair.generate(), server: target.key),
                RawPeer(target.endpoint, with: admitted, server: try KeyPair.generate().publicKey),
                RawPeer(target.endpoint.description),
            ]
            for intruder in intruders { intruder.send([header(), body]) }
            for number in 0..<20 {
                // Whoever connects and says nothing that is a handshake of ours.
                try? Stranger(target.endpoint).send(
                    number.isMultiple(of: 2) ? Array("GET / HTTP/1.1\r\n\r\n".utf8) : Stranger.handshake)
            }
            for number in 0..<500 where !stop.isRaised {
                let message = target.nonsense[number % target.nonsense.count]
                guard send(flood, [header(kind: message.kind.rawValue) + name, Array(message.body.utf8)]) else { break }
            }
            usleep(50_000)
            tally.rounds.wrappingAdd(1, ordering: .relaxed)
        }
    }
}
