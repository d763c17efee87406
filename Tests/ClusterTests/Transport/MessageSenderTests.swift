import SmallRuns
import Testing

@testable import Cluster

@Suite("The sender of a loop's messages")
struct MessageSenderTests {
    private let context: MessageContext
    private let log = RecordedLog()

    init() throws { context = try MessageContext() }

    private var sender: MessageSender {
        let logger = log.logger
        return MessageSender(RefusalLog { logger.error("\($0)") })
    }

    /// A router and a dealer that is connected to it, both with small limits.
    private func pair() throws -> (router: MessageSocket, dealer: MessageSocket) {
        var options = SocketOptions()
        options.limits.bodyBytes = 100
        options.limits.payloadFrames = 2
        options.limits.frameBytes = 1_000
        options.peerLimits = options.limits
        let router = try MessageSocket(.router, in: context, security: .insecure, options: options)
        options.identity = RoutingIdentity(named: "dealer")
        let dealer = try MessageSocket(.dealer, in: context, security: .insecure, options: options)
        try dealer.connect(try router.bind(Endpoint("tcp://127.0.0.1:*")))
        return (router, dealer)
    }

    private struct Unspeakable: Encodable, Sendable {
        func encode(to encoder: any Encoder) throws {
            throw EncodingError.invalidValue(0, .init(codingPath: [], debugDescription: "there are no words for it"))
        }
    }

    @Test("drops what nobody would take, names kind, size and limit, counts it, and sends what comes after it")
    func drops() throws {
        let (router, dealer) = try pair()
        defer { withExtendedLifetime((router, dealer)) {} }
        let sender = sender
        let small = PayloadFrame(copying: [1])
        let large = String(repeating: "x", count: 200)
        // 200 letters, two marks, a line break.
        let problem = "a body of 203 bytes, more than 100"
        #expect(try sender.send(.tiles, large, through: dealer) == .dropped(.messageTooLarge(.tiles, problem: problem)))
        #expect(log.lines.count == 1 && log.lines[0].hasPrefix("error: dropped own message of kind 258: "), "\(log.lines)")
        #expect(log.contains(problem), "\(log.lines)")
        for payload in [[small, small, small], [PayloadFrame(count: 1_001) { _ in }]] {
            guard case .dropped(.messageTooLarge(.tiles, _)) = try sender.send(.tiles, "a", payload: payload, through: dealer) else {
                Issue.record("it was sent")
                continue
            }
        }
        guard case .dropped(.unencodable(.greeting, _)) = try sender.send(.greeting, Unspeakable(), through: dealer) else {
            Issue.record("it was sent")
            return
        }
        #expect(dealer.counters.snapshot.unsendable == 4 && dealer.counters.snapshot.sent == 0)
        #expect(sender.dropped == ["own message of kind 258": 3, "own message of kind 7": 1])

        #expect(try sender.send(.greeting, "hello", through: dealer) == .sent)
        let there = try #require(try nextMessage(router))
        #expect(try there.body(as: String.self) == "hello")
        // A router's messages as well.
        #expect(try sender.send(.tiles, large, through: router, to: there.sender) == .dropped(.messageTooLarge(.tiles, problem: problem)))
        #expect(try sender.send(.tiles, "back", through: router, to: there.sender) == .sent)
        #expect(try nextMessage(dealer)?.body(as: String.self) == "back")
        #expect(router.counters.snapshot.unsendable == 1)
    }

    @Test("logs the first of a kind, and each time that their number has doubled")
    func flood() throws {
        let (router, dealer) = try pair()
        defer { withExtendedLifetime((router, dealer)) {} }
        let sender = sender
        let large = [UInt8](repeating: 1, count: 200)
        for _ in 0..<1_000 { try sender.send(.tiles, large, through: dealer) }
        #expect(dealer.counters.snapshot.unsendable == 1_000)
        #expect(log.lines.count == 10, "\(log.lines)")
    }

    @Test("tells a full queue and an unknown peer apart, and a socket that is closed ends it")
    func connection() throws {
        let (router, dealer) = try pair()
        defer { withExtendedLifetime((router, dealer)) {} }
        let sender = sender
        #expect(try sender.send(.tiles, "a", through: router, to: RoutingIdentity(named: "nobody")) == .unknownPeer)
        var options = SocketOptions()
        options.needsConnection = true
        let alone = try MessageSocket(.dealer, in: context, security: .insecure, options: options)
        #expect(try sender.send(.tiles, "a", through: alone) == .full)
        alone.close()
        #expect(throws: ClusterError.self) { try sender.send(.tiles, "a", through: alone) }
        #expect(log.lines.isEmpty, "\(log.lines)")
    }
}
