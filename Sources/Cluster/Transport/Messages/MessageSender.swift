/// The one place from which a loop sends. A message of ours that nobody would take, because it is too large or no JSON, is logged with its
/// kind, its size and the limit, counted and dropped: whoever waits for it asks again, and one message is not worth a process.
///
/// It belongs to the loop's thread.
final class MessageSender {
    private let drops: RefusalLog

    /// - Parameter drops: counts and logs what is dropped; a log of its own, where what others send has another.
    init(_ drops: RefusalLog) { self.drops = drops }

    /// Messages that were dropped, by kind.
    var dropped: [String: Int] { drops.counts }

    /// Sends a message through a socket.
    ///
    /// - Parameter peer: whom a router sends it to; nil on a dealer.
    /// - Throws: `ClusterError` of the connection, never of the message.
    @discardableResult
    func send(
        _ kind: MessageKind, _ body: some Encodable & Sendable, payload: [PayloadFrame] = [], through socket: MessageSocket,
        to peer: RoutingIdentity? = nil
    ) throws -> Delivery {
        do {
            let message = try OutgoingMessage(kind, body, payload: payload)
            let outcome = if let peer { try socket.send(message, to: peer) } else { try socket.send(message) }
            return switch outcome {
            case .sent: .sent
            case .full: .full
            case .unknownPeer: .unknownPeer
            }
        } catch let error as ClusterError where error.isOfOneMessage {
            socket.counters.countUnsendable()
            drops.count("own message of kind \(kind.rawValue)", error.message)
            return .dropped(error)
        }
    }
}
