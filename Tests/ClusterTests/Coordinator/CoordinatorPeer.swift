import Testing

@testable import Cluster

/// What tests of a coordinator do that is worked by hand.
extension Coordinator {
    /// Has it work until something is so.
    ///
    /// - Returns: whether it came true.
    func works(until condition: () throws -> Bool) throws -> Bool {
        let end = ContinuousClock.now + .milliseconds(patience)
        while ContinuousClock.now < end {
            if try condition() { return true }
            try turn()
        }
        return false
    }

    /// The socket of somebody who speaks to it.
    func peer(_ name: String) throws -> MessageSocket {
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: name)
        let socket = try MessageSocket(.dealer, in: settings.messages, security: .privateFolder, options: options)
        try socket.connect(endpoint)
        return socket
    }
}

extension MessageSocket {
    /// Sends something; the queue has room.
    func give(_ kind: MessageKind, _ body: some Encodable & Sendable, _ payload: [PayloadFrame] = []) throws {
        let outcome = try send(OutgoingMessage(kind, body, payload: payload))
        #expect(outcome == .sent)
    }

    /// Sends a worker's sign of life.
    func give(_ heartbeat: WorkerHeartbeat) throws {
        let outcome = try send(OutgoingMessage(.heartbeat, heartbeat))
        #expect(outcome == .sent)
    }
}
