import Scheduling

/// One end of a cluster's conversation that many peers speak to: a router, what is taken from it, and what is said through it.
///
/// It belongs to the thread that runs it.
protocol PeerLine: AnyObject {
    var socket: MessageSocket { get }
    /// Counts and logs what others send in vain.
    var refusals: RefusalLog { get }
    var sender: MessageSender { get }

    /// Takes a message in.
    ///
    /// - Throws: `MessageRefusal` for one that does not fit; what ends the process.
    func handle(_ message: IncomingMessage) throws
}

extension PeerLine {
    /// Messages that are taken before what follows from them is written and sent: one sync of a ledger serves them all.
    private var batch: Int { 256 }

    /// Takes what has come, as much as is taken at once.
    func receive(_ take: (Reception) throws -> Void) throws {
        for _ in 0..<batch {
            guard let reception = try socket.receive() else { break }
            try take(reception)
        }
    }

    /// Takes what has come.
    func take(_ reception: Reception) throws {
        try refusals.pass(reception, of: socket, to: handle)
        // A peer of another version is told so: it can do something about it.
        if case .refused(let refusal, let peer?) = reception, case .version = refusal {
            try turnAway(peer, "\(refusal)", TurnedAway.sameVersion)
        }
    }

    // MARK: - Who speaks

    /// What a key may not do is not done, whatever the message says.
    ///
    /// - Throws: `MessageRefusal.sender`; the peer is told.
    func check(_ message: IncomingMessage, from peer: RoutingIdentity, takes role: KeyRole) throws {
        guard let key = message.key, key.role != role else { return }
        let problem = "\(key) may not do this, it takes a \(role.rawValue)'s"
        try turnAway(peer, problem, "use a key of that role; `keys add` makes one", status: 77)
        throw MessageRefusal.sender(message.kind, problem: problem)
    }

    // MARK: - What is said

    /// Turns a peer away with the reason.
    func turnAway(_ peer: RoutingIdentity, _ reason: String, _ remedy: String, status: Int32 = 69) throws {
        try send(.turnedAway, TurnedAway(reason: reason, remedy: remedy, status: status), to: peer)
    }

    /// Answers a person, at whatever length.
    func reply(_ kind: MessageKind, _ value: some Encodable & Sendable, to peer: RoutingIdentity) throws {
        let (body, payload) = try LongBody.frames(of: value)
        try send(kind, body, payload: payload, to: peer)
    }

    /// Sends a message; a peer that is gone or does not keep up asks again for what it misses.
    @discardableResult
    func send(
        _ kind: MessageKind, _ body: some Encodable & Sendable, payload: [PayloadFrame] = [], to peer: RoutingIdentity
    ) throws -> Delivery {
        try sender.send(kind, body, payload: payload, through: socket, to: peer)
    }
}
