import Foundation
import SmallRuns
import Synchronization
import Testing

@testable import Cluster

@Suite("A message socket")
struct MessageSocketTests {
    let context: MessageContext

    init() throws { context = try MessageContext() }

    /// A router on a free port and a dealer that is connected to it.
    private func pair(_ options: SocketOptions = SocketOptions()) throws -> (router: MessageSocket, dealer: MessageSocket) {
        let router = try MessageSocket(.router, in: context, security: .insecure, options: options)
        let dealer = try MessageSocket(.dealer, in: context, security: .insecure, options: options)
        try dealer.connect(try router.bind(Endpoint("tcp://127.0.0.1:*")))
        return (router, dealer)
    }

    @Test("carries a body and payload frames of megabytes there and back, byte for byte")
    func roundTrip() throws {
        let (router, dealer) = try pair()
        var random = SeededGenerator(seed: 1)
        let frames = [3 << 20, 0, 1, 33, 34, 4 << 20].map { random.bytes($0) }
        let greeting = Greeting(name: "Zürich \"\\", shards: [0, -1, 1 << 40], share: 0.1)
        #expect(try dealer.send(OutgoingMessage(.tiles, greeting, payload: frames.map { PayloadFrame(copying: $0) })) == .sent)

        let there = try #require(try nextMessage(router))
        #expect(there.kind == .tiles)
        #expect(try there.body(as: Greeting.self) == greeting)
        #expect(there.payload.map(\.bytes) == frames)

        // What was received goes on as it is.
        let answer = OutgoingMessage(.greeting, encoded: Array("[]".utf8), payload: there.payload.map { PayloadFrame($0) })
        #expect(try router.send(answer, to: #require(there.sender)) == .sent)
        let back = try #require(try nextMessage(dealer))
        #expect(back.sender == nil)
        #expect(back.payload.map(\.bytes) == frames)
        #expect(router.counters.snapshot.received == 1 && router.counters.snapshot.sentBytes == answer.count)
    }

    @Test("tells apart a peer that is unknown from one that is gone, and reaches it again when it comes back under its name")
    func unknownPeer() throws {
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: "worker-1")
        let name = try #require(options.identity)
        let router = try MessageSocket(.router, in: context, security: .insecure)
        let endpoint = try router.bind(Endpoint("tcp://127.0.0.1:*"))
        let message = OutgoingMessage(.greeting, encoded: Array("1".utf8))
        #expect(try router.send(message, to: name) == .unknownPeer)

        let dealer = try MessageSocket(.dealer, in: context, security: .insecure, options: options)
        try dealer.connect(endpoint)
        #expect(try dealer.send(message) == .sent)
        #expect(try nextMessage(router)?.sender == name)
        #expect(try router.send(message, to: name) == .sent)
        #expect(try nextMessage(dealer) != nil)

        dealer.close()
        #expect(try eventually { try router.send(message, to: name) == .unknownPeer })

        let successor = try MessageSocket(.dealer, in: context, security: .insecure, options: options)
        try successor.connect(endpoint)
        #expect(try successor.send(message) == .sent)
        #expect(try nextMessage(router)?.sender == name)
        #expect(try router.send(message, to: name) == .sent)
        #expect(try nextMessage(successor) != nil)
    }

    @Test("lets a second peer take over the name of one that hangs")
    func handover() throws {
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: "worker-1")
        let router = try MessageSocket(.router, in: context, security: .insecure)
        let endpoint = try router.bind(Endpoint("tcp://127.0.0.1:*"))
        let message = OutgoingMessage(.greeting, encoded: Array("1".utf8))
        var peers: [MessageSocket] = []
        for _ in 0..<2 {
            let dealer = try MessageSocket(.dealer, in: context, security: .insecure, options: options)
            try dealer.connect(endpoint)
            #expect(try dealer.send(message) == .sent)
            #expect(try nextMessage(router)?.sender == options.identity)
            peers.append(dealer)
        }
        #expect(try router.send(message, to: #require(options.identity)) == .sent)
        #expect(try nextMessage(peers[1]) != nil)
    }

    /// Sends megabytes until they are refused for good, a second long; what the network buffers goes before.
    private func fill(_ send: (OutgoingMessage) throws -> SendOutcome) throws -> Int {
        let message = OutgoingMessage(.tiles, encoded: [], payload: [PayloadFrame(count: 1 << 20) { _ in }])
        var taken = 0
        var refused = 0
        while refused < 20 {
            if try send(message) == .sent {
                taken += 1
                refused = 0
            } else {
                refused += 1
                usleep(50_000)
            }
            try #require(taken < 200)
        }
        return taken
    }

    private static var shortQueues: SocketOptions {
        var options = SocketOptions()
        options.sendQueue = 4
        options.receiveQueue = 4
        return options
    }

    @Test("refuses messages for a receiver that does not receive, and takes more once it does")
    func highWaterMark() throws {
        let (router, dealer) = try pair(Self.shortQueues)
        let taken = try fill { try dealer.send($0) }
        #expect(taken >= 8)
        #expect(dealer.counters.snapshot.unsent >= 20)
        var received = 0
        #expect(
            try eventually {
                while try router.receive() != nil { received += 1 }
                return received > taken - 4
            })
        let poller = Poller()
        poller.watch(dealer, forRoom: true)
        #expect(try poller.wait(milliseconds: patience).hasRoom(dealer))
        #expect(try dealer.send(OutgoingMessage(.tiles, encoded: [])) == .sent)
    }

    @Test("a router's queue for one slow peer fills without touching the others")
    func slowPeer() throws {
        let (router, slow) = try pair(Self.shortQueues)
        let quick = try MessageSocket(.dealer, in: context, security: .insecure)
        try quick.connect(try router.bind(Endpoint("tcp://127.0.0.1:*")))
        let hello = OutgoingMessage(.greeting, encoded: Array("1".utf8))
        #expect(try slow.send(hello) == .sent)
        let slowName = try #require(try nextMessage(router)?.sender)
        #expect(try quick.send(hello) == .sent)
        let quickName = try #require(try nextMessage(router)?.sender)

        #expect(try fill { try router.send($0, to: slowName) } >= 8)
        #expect(try router.send(hello, to: slowName) == .full)
        #expect(try router.send(hello, to: quickName) == .sent)
        #expect(try nextMessage(quick) != nil)
    }

    @Test("lets go of every payload frame once it is closed")
    func release() throws {
        weak var frame: PayloadFrame?
        do {
            let (router, dealer) = try pair()
            let sent = PayloadFrame(copying: [UInt8](repeating: 1, count: 1 << 20))
            frame = sent
            #expect(try dealer.send(OutgoingMessage(.tiles, encoded: [], payload: [sent])) == .sent)
            router.close()
            dealer.close()
        }
        #expect(eventually { frame == nil })
    }

    @Test("names the endpoint that is taken, with the exit status for that")
    func portTaken() throws {
        let folder = try TemporaryFolder()
        for text in ["tcp://127.0.0.1:*", "ipc://\(folder.file("socket").string)"] {
            let first = try MessageSocket(.router, in: context, security: .insecure)
            let endpoint = try first.bind(Endpoint(text))
            let second = try MessageSocket(.router, in: context, security: .insecure)
            let error = #expect(throws: ClusterError.self) { try second.bind(endpoint) }
            #expect(error == .endpointTaken(endpoint))
            #expect(error?.exitStatus == .unavailable)
        }
    }

    @Test("a dealer finds a router that starts again at the same place")
    func reconnect() throws {
        let first = try MessageSocket(.router, in: context, security: .insecure)
        let endpoint = try first.bind(Endpoint("tcp://127.0.0.1:*"))
        var options = SocketOptions()
        options.firstReconnect = 10
        let dealer = try MessageSocket(.dealer, in: context, security: .insecure, options: options)
        try dealer.connect(endpoint)
        let message = OutgoingMessage(.greeting, encoded: Array("1".utf8))
        #expect(try dealer.send(message) == .sent)
        #expect(try nextMessage(first) != nil)
        first.close()
        let second = try MessageSocket(.router, in: context, security: .insecure)
        // The library lets go of the port a moment after the socket was closed.
        #expect(eventually { (try? second.bind(endpoint)) != nil })
        // What was on its way to the first one may be lost.
        #expect(
            try eventually {
                _ = try dealer.send(message)
                return try next(second, within: 20) != nil
            })
    }

    @Test("takes the place of a socket's file that a dead process left behind")
    func staleFile() throws {
        let folder = try TemporaryFolder()
        let endpoint = try Endpoint(ipc: folder.file("socket"))
        try Data().write(to: URL(fileURLWithPath: folder.file("socket").string))
        let router = try MessageSocket(.router, in: context, security: .privateFolder)
        #expect(try router.bind(endpoint) == endpoint)
        let dealer = try MessageSocket(.dealer, in: context, security: .privateFolder)
        try dealer.connect(endpoint)
        #expect(try dealer.send(OutgoingMessage(.greeting, encoded: Array("1".utf8))) == .sent)
        #expect(try nextMessage(router) != nil)
    }

    @Test("says why an address cannot be used")
    func unusable() throws {
        let socket = try MessageSocket(.router, in: context, security: .insecure)
        #expect(throws: ClusterError.self) { try socket.bind(Endpoint("tcp://192.0.2.1:7400")) }
        #expect(throws: ClusterError.self) { try socket.bind(Endpoint("tcp://no-such-interface:7400")) }
        #expect(throws: ClusterError.self) { try socket.bind(Endpoint("ipc:///no/such/folder/socket")) }
        #expect(throws: ClusterError.self) { try socket.connect(Endpoint("tcp://0.0.0.0:7400")) }
        #expect(throws: ClusterError.self) { try socket.connect(Endpoint("tcp://127.0.0.1:*")) }
        socket.close()
        #expect(throws: ClusterError.self) { try socket.receive() }
    }

    @Test("does not send what its receivers would refuse")
    func tooLarge() throws {
        var options = SocketOptions()
        options.peerLimits.frameBytes = 1_000
        options.peerLimits.payloadFrames = 2
        options.peerLimits.bodyBytes = 100
        let (_, dealer) = try pair(options)
        let small = PayloadFrame(copying: [1])
        for message in [
            OutgoingMessage(.tiles, encoded: [], payload: [PayloadFrame(count: 1_001) { _ in }]),
            OutgoingMessage(.tiles, encoded: [], payload: [small, small, small]),
            OutgoingMessage(.tiles, encoded: [UInt8](repeating: 0x20, count: 101)),
        ] { #expect(throws: ClusterError.self) { try dealer.send(message) } }
    }

    @Test("a dealer that needs a connection takes nothing without one")
    func needsConnection() throws {
        var options = SocketOptions()
        options.needsConnection = true
        let folder = try TemporaryFolder()
        let dealer = try MessageSocket(.dealer, in: context, security: .privateFolder, options: options)
        try dealer.connect(Endpoint(ipc: folder.file("nobody")))
        #expect(try dealer.send(OutgoingMessage(.greeting, encoded: [])) == .full)
    }

    @Test("many dealers on threads of their own talk with one router, and nothing is lost or mixed up")
    func threads() throws {
        let dealers = 8
        let messages = 200
        let router = try MessageSocket(.router, in: context, security: .insecure)
        let endpoint = try router.bind(Endpoint("tcp://127.0.0.1:*"))
        let failures = Mutex<[String]>([])
        let context = context
        let threads = (0..<dealers).map { number in
            OwnThread {
                do {
                    let dealer = try MessageSocket(.dealer, in: context, security: .insecure)
                    try dealer.connect(endpoint)
                    for message in 0..<messages {
                        let frame = PayloadFrame(copying: [UInt8(number), UInt8(message)])
                        guard try dealer.send(OutgoingMessage(.greeting, number * 1_000 + message, payload: [frame])) == .sent,
                            let answer = try nextMessage(dealer), try answer.body(as: Int.self) == number * 1_000 + message,
                            answer.payload.first?.bytes == [UInt8(number), UInt8(message)]
                        else { throw ClusterError.badKeyName("no answer") }
                    }
                } catch {
                    failures.withLock { $0.append("\(number): \(error)") }
                }
            }
        }
        for _ in 0..<dealers * messages {
            let message = try #require(try nextMessage(router))
            let answer = OutgoingMessage(message.kind, encoded: message.encodedBody, payload: message.payload.map { PayloadFrame($0) })
            #expect(try router.send(answer, to: #require(message.sender)) == .sent)
        }
        for thread in threads { thread.join() }
        #expect(failures.withLock { $0 } == [])
    }
}
