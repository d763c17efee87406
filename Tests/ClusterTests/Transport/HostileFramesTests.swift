import CZeroMQ
import SmallRuns
import Testing

@testable import Cluster

@Suite("A hostile peer")
struct HostileFramesTests {
    let router: MessageSocket
    let endpoint: Endpoint
    static let body = Array("{}".utf8)

    init() throws {
        var options = SocketOptions()
        options.limits.frameBytes = 2 << 20
        options.limits.payloadFrames = 3
        router = try MessageSocket(.router, in: try MessageContext(), security: .insecure, options: options)
        endpoint = try router.bind(Endpoint("tcp://127.0.0.1:*"))
    }

    /// Frames, and what they are refused with.
    struct BadMessage: Sendable {
        let frames: [[UInt8]]
        let refusal: MessageRefusal

        init(_ refusal: MessageRefusal, _ frames: [UInt8]...) {
            self.frames = frames
            self.refusal = refusal
        }

        init(_ refusal: MessageRefusal, payloadFrames: Int) {
            frames = [header(), HostileFramesTests.body] + [[UInt8]](repeating: [1], count: payloadFrames)
            self.refusal = refusal
        }
    }

    private static let laterVersion: UInt16 = MessageHeader.version + 1

    static let badMessages = [
        BadMessage(.version(theirs: 1, ours: MessageHeader.version), header(version: 1), body),
        // The version is told even where its frames are not ours.
        BadMessage(.version(theirs: laterVersion, ours: MessageHeader.version), header(version: laterVersion)),
        BadMessage(.magic(Array("HTTP".utf8)), header(magic: "HTTP"), body),
        BadMessage(.magic(Array("GET ".utf8)), Array("GET / HTTP/1.1".utf8), body),
        BadMessage(.headerSize(7), Array(header().dropLast()), body),
        // The longest name and one byte more.
        BadMessage(.headerSize(264), header() + [UInt8](repeating: 0x61, count: 256), body),
        BadMessage(.headerSize(0), [], body),
        BadMessage(.tooFewFrames(1), header()),
        BadMessage(.tooManyFrames(limit: 3), payloadFrames: 4),
        BadMessage(.tooManyFrames(limit: 3), payloadFrames: 5_000),
        BadMessage(.bodySize((1 << 20) + 1, limit: 1 << 20), header(), [UInt8](repeating: 0x20, count: (1 << 20) + 1)),
    ]

    @Test("has a bad message counted by its reason and dropped, and the good one behind it arrives", arguments: badMessages)
    func badMessage(_ bad: BadMessage) throws {
        let peer = RawPeer(endpoint.description)
        peer.send(bad.frames)
        peer.send([header(), Self.body, [1, 2, 3]])
        guard case .refused(let seen, let sender)? = try next(router) else {
            Issue.record("not refused")
            return
        }
        #expect(seen == bad.refusal)
        #expect(sender != nil)
        #expect(try nextMessage(router)?.payload.map(\.bytes) == [[1, 2, 3]])
        #expect(router.counters.snapshot.refused == [bad.refusal.reason: 1])
        #expect(router.counters.snapshot.received == 1)
        #expect(!seen.description.contains("\n"))
    }

    @Test("can be answered, so that a peer of another version learns of ours")
    func answered() throws {
        let peer = RawPeer(endpoint.description) { zmq_setsockopt($0, ZMQ_ROUTING_ID, "old", 3) }
        peer.send([header(version: 0), Self.body])
        guard case .refused(.version(theirs: 0, ours: MessageHeader.version), let sender?)? = try next(router) else {
            Issue.record("not refused")
            return
        }
        #expect(sender.description == "old")
        #expect(try router.send(OutgoingMessage(.greeting, encoded: Self.body), to: sender) == .sent)
    }

    @Test("that sends a frame larger than allowed loses the message and its connection, and what it sends next arrives")
    func oversizedFrame() throws {
        let peer = RawPeer(endpoint.description)
        peer.send([header(), Self.body, [UInt8](repeating: 1, count: (2 << 20) + 1)])
        // The library connects again by itself.
        #expect(
            try eventually {
                peer.send([header(kind: 8), Self.body])
                return try next(router, within: 20) != nil
            })
        #expect(router.counters.snapshot.allRefused == 0)
        // No message was seen; what can be counted is the connection.
        #expect(
            try eventually {
                // What the peer has sent besides is taken in first, as a loop does it.
                while try router.receive() != nil {}
                try router.noteConnections()
                return router.counters.snapshot.connectionsLost >= 1
            })
        #expect(router.counters.snapshot.receivedBytes == router.counters.snapshot.received * Self.body.count)
    }

    @Test("that announces a frame of a terabyte is cut off before a byte of it was sent")
    func announcedFrame() throws {
        let stranger = try Stranger(endpoint)
        stranger.send(Stranger.handshake)
        // A long frame, the last of its message, of 2⁴⁰ bytes.
        stranger.send([2, 0, 0, 1, 0, 0, 0, 0, 0])
        #expect(stranger.isCutOff())
        let peer = RawPeer(endpoint.description)
        peer.send([header(), Self.body])
        #expect(try nextMessage(router) != nil)
    }

    @Test("that connects and says nothing is cut off")
    func silence() throws {
        var options = SocketOptions()
        options.handshakeTimeout = 50
        let router = try MessageSocket(.router, in: try MessageContext(), security: .insecure, options: options)
        let endpoint = try router.bind(Endpoint("tcp://127.0.0.1:*"))
        #expect(try Stranger(endpoint).isCutOff())
    }

    @Test("that listens and falls silent after the handshake is left, and connected to again")
    func silentListener() throws {
        let listener = try SilentListener()
        var options = SocketOptions()
        options.heartbeatInterval = 50
        options.heartbeatTimeout = 100
        options.firstReconnect = 10
        let dealer = try MessageSocket(.dealer, in: try MessageContext(), security: .insecure, options: options)
        try dealer.connect(listener.endpoint)
        for _ in 0..<2 {
            // It was asked whether it is still there.
            let heard = try #require(listener.hear())
            #expect(String(decoding: heard, as: UTF8.self).contains("PING"))
        }
        withExtendedLifetime(dealer) {}
    }

    @Test("whose body is nested too deep is refused before a recursive reader sees it")
    func depth() throws {
        let peer = RawPeer(endpoint.description)
        peer.send([header(), [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)])
        let message = try #require(try nextMessage(router))
        #expect(throws: MessageRefusal.bodyDepth(limit: 32)) { try message.body(as: Greeting.self) }
    }

    @Test("whose body is not what its kind asks for gets a refusal that names the kind and what is wrong, in one line")
    func badBody() throws {
        let peer = RawPeer(endpoint.description)
        let bodies = [
            "", "{", "[1]", #""\ud800""#, #"{"name":1}"#, "{\"name\":\"\u{1B}[31m\",\"shards\":[]}", #"{"name":"","shards":[{"\n":1}]}"#,
            "\u{0}",
        ]
        for body in bodies {
            peer.send([header(), Array(body.utf8)])
            let message = try #require(try nextMessage(router))
            let refusal = #expect(throws: MessageRefusal.self) { try message.body(as: Greeting.self) }
            #expect(refusal?.reason == .body)
            #expect(refusal?.description.utf8.allSatisfy { $0 >= 0x20 } == true)
            #expect(refusal?.description.contains("kind 7") == true)
            if let refusal { router.counters.count(refusal) }
        }
        #expect(router.counters.snapshot.refused == [.body: 8])
    }

    @Test("of another kind of socket, or one that speaks no protocol at all, harms nobody")
    func otherSockets() throws {
        // A request socket puts an empty frame before the message.
        let asker = RawPeer(endpoint.description, type: ZMQ_REQ)
        asker.send([header(), Self.body])
        guard case .refused(.headerSize(0), _)? = try next(router) else {
            Issue.record("not refused")
            return
        }
        var random = SeededGenerator(seed: 2)
        for _ in 0..<50 { try Stranger(endpoint).send(random.bytes(Int.random(in: 0..<5_000, using: &random))) }
        let peer = RawPeer(endpoint.description)
        peer.send([header(), Self.body])
        // Some of the garbage passes for frames of the oldest protocol; as messages they are refused.
        var message: IncomingMessage?
        while message == nil, let reception = try next(router) {
            if case .message(let good) = reception { message = good }
        }
        #expect(message?.encodedBody == Self.body)
    }
}
