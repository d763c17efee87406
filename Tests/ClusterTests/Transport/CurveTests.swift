import CZeroMQ
import Foundation
import SmallRuns
import Synchronization
import SystemPackage
import Testing

@testable import Cluster

@Suite("Keys")
struct CurveTests {
    /// What an authenticator logged.
    final class Log: Sendable {
        private let entries = Mutex<[Denial]>([])
        func append(_ denial: Denial) { entries.withLock { $0.append(denial) } }
        var reasons: [Denial.Reason] { entries.withLock { $0.map(\.reason) } }
        var lines: [String] { entries.withLock { $0.map(\.description) } }
    }

    let folder: TemporaryFolder
    let keys: KeyFolder
    let context: MessageContext
    let log = Log()
    let authenticator: Authenticator
    let router: MessageSocket
    let endpoint: Endpoint
    let message = OutgoingMessage(.greeting, encoded: Array("{}".utf8))

    init() throws {
        folder = try TemporaryFolder()
        keys = try KeyFolder.create(at: folder.file("keys"))
        context = try MessageContext()
        authenticator = try Authenticator(context, admitting: keys, as: [.worker]) { [log] in log.append($0) }
        router = try MessageSocket(.router, in: context, security: keys.server(admittedBy: authenticator))
        endpoint = try router.bind(Endpoint("tcp://127.0.0.1:*"))
    }

    private func dealer(_ security: Security, named name: RoutingIdentity? = nil) throws -> MessageSocket {
        var options = SocketOptions()
        options.identity = name
        let dealer = try MessageSocket(.dealer, in: try MessageContext(), security: security, options: options)
        try dealer.connect(endpoint)
        #expect(try dealer.send(message) == .sent)
        return dealer
    }

    /// Nothing arrived although somebody was turned away; whoever has the right keys still gets through.
    private func expectOnlyTheRightKeyArrives() throws {
        #expect(try router.receive() == nil)
        let friend = try dealer(keys.client(as: .worker))
        #expect(try nextMessage(router)?.key?.name == "first")
        #expect(try router.receive() == nil)
        _ = friend
    }

    @Test("that are right let messages through, large ones too, and tell the router whose they are")
    func right() throws {
        let dealer = try dealer(keys.client(as: .worker))
        let first = try #require(try nextMessage(router))
        #expect(first.key?.name == "first")
        let bytes = [UInt8](repeating: 7, count: 4 << 20)
        let large = OutgoingMessage(.tiles, encoded: [], payload: [PayloadFrame(copying: bytes)])
        #expect(try router.send(large, to: #require(first.sender)) == .sent)
        #expect(try nextMessage(dealer)?.payload.map(\.bytes) == [bytes])
        #expect(authenticator.admissions == 1)
        #expect(authenticator.denials == 0)
    }

    @Test("let the largest frame through, and cut off who sends a longer one")
    func largestFrame() throws {
        var options = SocketOptions()
        options.peerLimits.frameBytes = 1 << 30
        options.firstReconnect = 10
        let dealer = try MessageSocket(.dealer, in: try MessageContext(), security: keys.client(as: .worker), options: options)
        try dealer.connect(endpoint)
        let largest = MessageLimits().frameBytes
        func tiles(_ bytes: Int) -> OutgoingMessage {
            OutgoingMessage(.tiles, encoded: [], payload: [PayloadFrame(count: bytes) { _ in }])
        }
        #expect(try dealer.send(tiles(largest)) == .sent)
        #expect(try nextMessage(router)?.payload.map(\.count) == [largest])
        #expect(try dealer.send(tiles(largest + 1)) == .sent)
        // What comes next is what is sent after it, over another connection.
        var found: MessageKind?
        #expect(
            try eventually {
                _ = try dealer.send(message)
                if case .message(let message)? = try next(router, within: 20) { found = message.kind }
                return found != nil
            })
        #expect(found == .greeting && authenticator.admissions >= 2)
    }

    @Test("of a client that nobody allowed let nothing through; the denial is counted and its key logged; allowed, it gets in")
    func unknownClient() throws {
        let pair = try KeyPair.generate()
        let security = Security.keys(.client(pair, server: try keys.serverKey()))
        let stranger = try dealer(security)
        #expect(eventually { authenticator.denials > 0 })
        #expect(log.reasons.first == .unknownKey(pair.publicKey))
        #expect(eventually { (try? stranger.handshakeFailure()) == .notAdmitted })
        try expectOnlyTheRightKeyArrives()

        try keys.allow(publicKey: pair.publicKey, as: .worker, named: "worker-2")
        stranger.disconnect(endpoint)
        try stranger.connect(endpoint)
        #expect(try stranger.send(message) == .sent)
        #expect(try nextMessage(router)?.key?.name == "worker-2")
    }

    @Test("keep the names that go with them: no other key gets their messages or cuts them off; started again they go on at once")
    func names() throws {
        let own = try keys.client(as: .worker)
        let name = try #require(RoutingIdentity(named: own.name(for: "w")))
        let worker = try dealer(own, named: name)
        #expect(try nextMessage(router)?.sender == name)

        // The name in the messages of another key.
        let others = try keys.add(.worker, named: "other")
        let liar = try dealer(others.client(as: .worker), named: name)
        guard case .refused(.sender, let connection?)? = try next(router) else {
            Issue.record("not refused")
            return
        }
        #expect(connection.isConnection && connection != name)
        // The name in the library's handshake, which hands over the messages of whoever had it before.
        let (pair, server) = (try others.pair(of: .worker), try keys.serverKey())
        let raw = RawPeer(endpoint.description) { socket in
            for (option, text) in [
                (ZMQ_CURVE_SERVERKEY, server.z85), (ZMQ_CURVE_PUBLICKEY, pair.publicKey.z85), (ZMQ_CURVE_SECRETKEY, pair.secretKey),
            ] { zmq_setsockopt(socket, option, text, text.utf8.count) }
            zmq_setsockopt(socket, ZMQ_ROUTING_ID, name.bytes, name.bytes.count)
        }
        raw.send([header(), Array("{}".utf8)])
        let stranger = try #require(try nextMessage(router))
        #expect(stranger.key?.name == "other" && stranger.sender?.bytes == name.bytes && stranger.sender != name)
        #expect(try router.send(message, to: name) == .sent)
        #expect(try nextMessage(worker) != nil)
        #expect(try worker.send(message) == .sent)
        #expect(try nextMessage(router)?.sender == name)

        let again = try dealer(own, named: name)
        #expect(try nextMessage(router)?.sender == name)
        #expect(try router.send(message, to: name) == .sent)
        #expect(try nextMessage(again) != nil)
        withExtendedLifetime((liar, raw, worker)) {}
    }

    @Test("that were taken off the list let nobody in any more")
    func revoked() throws {
        let first = try dealer(keys.client(as: .worker))
        #expect(try nextMessage(router) != nil)
        first.close()
        unlink(keys.allowed.appending("first.worker.pub").string)
        let second = try dealer(keys.client(as: .worker))
        #expect(eventually { authenticator.denials > 0 })
        #expect(try router.receive() == nil)
        second.close()
    }

    @Test("for another server let nothing through, and both sides learn of it")
    func wrongServer() throws {
        let other = try KeyPair.generate().publicKey
        let stranger = try dealer(.keys(.client(try keys.pair(of: .worker), server: other)))
        #expect(eventually { authenticator.denials > 0 })
        #expect(log.lines.first?.contains("a peer was not let in") == true)
        // The server says nothing to somebody who does not know it.
        #expect(eventually { (try? stranger.handshakeFailure()) == .interrupted })
        try expectOnlyTheRightKeyArrives()
        _ = stranger
    }

    @Test("that are missing on one side let nothing through")
    func none() throws {
        let stranger = try dealer(.insecure)
        #expect(eventually { authenticator.denials > 0 })
        // Either side may be the first to see it and hang up.
        let seen = [Denial.Reason.handshake(.withoutKeys), .handshake(.interrupted)]
        #expect(eventually { log.reasons.contains { seen.contains($0) } })
        // So does the one without keys.
        var failure: HandshakeFailure?
        #expect(
            try eventually {
                failure = try stranger.handshakeFailure()
                return failure != nil
            })
        #expect(failure == .withoutKeys || failure == .interrupted)
        #expect(failure?.remedy.contains("--insecure") == true)
        try expectOnlyTheRightKeyArrives()
        _ = stranger
    }

    @Test("that are wrong or missing are what people are told who ask, and not that nobody is there")
    func client() throws {
        /// What somebody is told in the end: on a slow machine nothing at all may be heard for some seconds.
        func ask(_ security: Security, seconds: Int) throws -> ClusterError? {
            var error: ClusterError?
            _ = try eventually {
                let client = try ClusterClient(endpoint, security: security, in: try MessageContext())
                error = #expect(throws: ClusterError.self) { try client.status(seconds: seconds) }
                return error != .noAnswer(endpoint, seconds: seconds)
            }
            return error
        }
        let (pair, server) = (try keys.pair(of: .worker), try keys.serverKey())
        let unknown = try ask(.keys(.client(try KeyPair.generate(), server: server)), seconds: 60)
        #expect(unknown == .handshakeFailed(endpoint, .notAdmitted) && unknown?.exitStatus == .noPermission)
        // The server hangs up and says nothing: it is asked until the time is over.
        let other = try ask(.keys(.client(pair, server: try KeyPair.generate().publicKey)), seconds: 1)
        #expect(other == .handshakeFailed(endpoint, .interrupted) && other?.remedy.contains("server.pub") == true)
        let without = try ask(.insecure, seconds: 1)
        #expect([.handshakeFailed(endpoint, .withoutKeys), .handshakeFailed(endpoint, .interrupted)].contains(without))
        let nobody = try Endpoint(ipc: folder.file("nobody"))
        let client = try ClusterClient(nobody, security: .insecure, in: try MessageContext())
        #expect(throws: ClusterError.noAnswer(nobody, seconds: 1)) { try client.status(seconds: 1) }
    }

    @Test("keep out whoever speaks no protocol, and a flood of them is counted without filling the log")
    func flood() throws {
        let signature: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0]
        for number in 0..<100 {
            let isBrowser = number % 2 == 0
            try Stranger(endpoint).send(isBrowser ? Array("GET / HTTP/1.1\r\n\r\n".utf8) : signature + Array("CURVE".utf8))
        }
        #expect(eventually { authenticator.connections == 100 })
        // Only those that began a handshake can be told to have failed it.
        #expect(eventually { authenticator.denials >= 50 })
        #expect(log.lines.count < 20)
        try expectOnlyTheRightKeyArrives()
    }

    @Test("must be there for tcp, unless insecure was asked for")
    func tcpNeedsKeys() throws {
        let socket = try MessageSocket(.router, in: context, security: .privateFolder)
        let anywhere = try Endpoint("tcp://127.0.0.1:*")
        let error = #expect(throws: ClusterError.self) { try socket.bind(anywhere) }
        #expect(error == .keysMissing(anywhere))
        #expect(error?.remedy.contains("--insecure") == true)
        #expect(throws: ClusterError.keysMissing(endpoint)) { try socket.connect(endpoint) }
    }

    @Test("of the wrong role, or an authenticator of another context, are refused")
    func roles() throws {
        let server = try MessageSocket(.router, in: context, security: keys.server(admittedBy: authenticator))
        #expect(throws: ClusterError.wrongRole(endpoint, isListening: false)) { try server.connect(endpoint) }
        let client = try MessageSocket(.dealer, in: context, security: keys.client(as: .worker))
        #expect(throws: ClusterError.wrongRole(endpoint, isListening: true)) { try client.bind(endpoint) }
        #expect(throws: ClusterError.self) {
            try MessageSocket(.router, in: MessageContext(), security: keys.server(admittedBy: authenticator))
        }
        #expect(throws: ClusterError.self) { try Authenticator(context, admitting: keys, as: [.worker]) { _ in } }
    }

    @Test("an authenticator stops with the last socket that needs it, and its context can have another")
    func stops() throws {
        let context = try MessageContext()
        for _ in 0..<20 {
            let doorkeeper = try Authenticator(context, admitting: keys, as: [.worker]) { _ in }
            let socket = try MessageSocket(.router, in: context, security: keys.server(admittedBy: doorkeeper))
            try socket.bind(Endpoint("tcp://127.0.0.1:*"))
        }
    }

    @Test("a private folder protects ipc; one that others can enter does not")
    func privateFolder() throws {
        let run = folder.file("run")
        try PrivateFolder.create(at: run)
        try PrivateFolder.create(at: run)
        let endpoint = try Endpoint(ipc: run.appending("coordinator"))
        let server = try MessageSocket(.router, in: context, security: .privateFolder)
        try server.bind(endpoint)
        let client = try MessageSocket(.dealer, in: context, security: .privateFolder)
        try client.connect(endpoint)
        #expect(try client.send(message) == .sent)
        #expect(try nextMessage(server) != nil)

        chmod(run.string, 0o750)
        let error = #expect(throws: ClusterError.self) { try client.connect(endpoint) }
        #expect(error?.exitStatus == .noPermission)
        #expect(error?.description.contains("mode is 0750") == true && error?.description.contains("chmod 700 \(run.string)") == true)
        #expect(throws: ClusterError.self) { try PrivateFolder.create(at: run) }
        symlink(run.string, folder.file("link").string)
        #expect(throws: ClusterError.self) { try PrivateFolder.check(folder.file("link")) }
    }
}
