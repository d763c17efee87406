import Pipeline
import Storage

/// Asks a coordinator: what `status`, `explain`, `retry`, `reassign` and `cancel` do.
///
/// Belongs to the thread that made it.
public final class ClusterClient {
    private let endpoint: Endpoint
    /// The token of the coordinator that is meant; nil: whichever listens there.
    private let token: String?
    private let socket: MessageSocket
    private let poller = Poller()

    /// A client of the coordinator at an endpoint.
    ///
    /// - Parameter address: where a run's folder says that its coordinator is: no other one that listens there meanwhile is meant. Nil:
    ///   whichever listens.
    /// - Throws: `ClusterError`.
    public init(_ endpoint: Endpoint, of address: CoordinatorAddress? = nil, security: Security, in context: MessageContext) throws {
        self.endpoint = endpoint
        // No coordinator that understands the question has an empty one.
        token = address.map { $0.token ?? "" }
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: security.name(for: "client-\(ProcessName.make())"))
        socket = try MessageSocket(.dealer, in: context, security: security, options: options)
        try socket.connect(endpoint)
        poller.watch(socket)
    }

    /// Where a run's coordinator is; nil while it has none.
    ///
    /// - Throws: `StorageError` for a file that cannot be read.
    public static func endpoint(of folder: RunFolder) throws -> Endpoint? {
        try CoordinatorAddress.read(in: folder)?.endpoint
    }

    /// How the run stands.
    ///
    /// - Parameters:
    ///   - isWatching: whether it is asked again and again: a coordinator that ends waits for the last answer to be heard.
    ///   - seconds: how long an answer is waited for.
    /// - Throws: `ClusterError.noAnswer`, `.handshakeFailed`, `.otherVersion`, `.turnedAway`, `.otherCoordinator`.
    public func status(isWatching: Bool = false, seconds: Int = 5) throws -> ClusterStatus {
        let request = StatusRequest(coordinator: token, isWatching: isWatching ? true : nil)
        return try ask(.statusRequest, request, for: .status, seconds: seconds)
    }

    /// Has something done.
    ///
    /// - Throws: `ClusterError.noAnswer`, `.handshakeFailed`, `.otherVersion`, `.turnedAway`, `.otherCoordinator`,
    ///   `.requestRefused`.
    public func control(_ request: ControlRequest, seconds: Int = 5) throws -> ControlReply {
        let reply: ControlReply = try ask(
            .control, ControlOrder(request, coordinator: token), for: .controlReply, seconds: seconds)
        if let refusal = reply.refusal { throw ClusterError.requestRefused(reason: refusal.reason, remedy: refusal.remedy) }
        return reply
    }

    private func ask<Answer: Decodable>(
        _ kind: MessageKind, _ body: some Encodable & Sendable, for expected: MessageKind, seconds: Int
    ) throws -> Answer {
        _ = try socket.send(try OutgoingMessage(kind, body))
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var failure: HandshakeFailure?
        while clock.now < end {
            guard try poller.wait(milliseconds: 200).hasMessages(socket), let reception = try socket.receive() else {
                failure = try socket.handshakeFailure() ?? failure
                // A coordinator that begins or ends hangs up too; the next connection may be another matter.
                if failure == nil || failure == .interrupted { continue }
                break
            }
            if case .refused(.version(let theirs, let ours), _) = reception {
                throw ClusterError.otherVersion(endpoint, theirs: theirs, ours: ours)
            }
            guard case .message(let message) = reception else { continue }
            if message.kind == .otherCoordinator {
                throw ClusterError.otherCoordinator(endpoint, run: try message.body(as: OtherCoordinator.self).run)
            }
            if message.kind == expected { return try message.longBody() }
            if message.kind == .turnedAway {
                let away = try message.body(as: TurnedAway.self)
                throw ClusterError.turnedAway(reason: away.reason, remedy: away.remedy, status: away.status)
            }
        }
        throw failure.map { ClusterError.handshakeFailed(endpoint, $0) } ?? .noAnswer(endpoint, seconds: seconds)
    }
}
