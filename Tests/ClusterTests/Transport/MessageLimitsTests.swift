import Foundation
import Pipeline
import Scheduling
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Cluster

@Suite("The limits of messages")
struct MessageLimitsTests {
    private let context: MessageContext
    private let folder: TemporaryFolder

    init() throws {
        context = try MessageContext()
        folder = try TemporaryFolder()
    }

    /// A router with some limits, and a dealer that sends more where it is told to.
    private func pair(_ limits: MessageLimits) throws -> (router: MessageSocket, dealer: MessageSocket) {
        var options = SocketOptions()
        options.limits = limits
        let router = try MessageSocket(.router, in: context, security: .insecure, options: options)
        options = SocketOptions()
        options.peerLimits.frameBytes = 1 << 30
        options.peerLimits.bodyBytes = 1 << 30
        options.firstReconnect = 10
        let dealer = try MessageSocket(.dealer, in: context, security: .insecure, options: options)
        try dealer.connect(try router.bind(Endpoint("tcp://127.0.0.1:*")))
        return (router, dealer)
    }

    private func frame(_ bytes: Int) -> PayloadFrame { PayloadFrame(count: bytes) { $0.initializeMemory(as: UInt8.self, repeating: 7) } }

    /// Whether a message is taken; what is not is refused, or costs its sender the connection.
    private func isTaken(_ message: OutgoingMessage, under limits: MessageLimits) throws -> Bool {
        let (router, dealer) = try pair(limits)
        #expect(try dealer.send(message) == .sent)
        // Behind it, as often as it takes, something that is always taken.
        var isTaken: Bool?
        #expect(
            try eventually {
                _ = try dealer.send(OutgoingMessage(.greeting, encoded: []))
                while isTaken == nil, let reception = try next(router, within: 20) {
                    switch reception {
                    case .message(let found): isTaken = found.kind == message.kind && found.count == message.count
                    case .refused: isTaken = false
                    }
                }
                return isTaken != nil
            })
        return isTaken == true
    }

    /// A message with the largest body, and one byte more.
    private func bodies(_ kind: MessageKind) -> (largest: OutgoingMessage, larger: OutgoingMessage) {
        let bytes = MessageLimits().bodyBytes
        return (
            OutgoingMessage(kind, encoded: [UInt8](repeating: 0x20, count: bytes)),
            OutgoingMessage(kind, encoded: [UInt8](repeating: 0x20, count: bytes + 1))
        )
    }

    @Test("of a reducer let in a piece of a parcel and the largest body, and not a byte or a frame more")
    func parcels() throws {
        let piece = frame(ParcelPiece.size)
        #expect(try isTaken(OutgoingMessage(.piece, encoded: [], payload: [piece]), under: .ofParcels))
        #expect(try isTaken(bodies(.offer).largest, under: .ofParcels))
        #expect(try !isTaken(OutgoingMessage(.piece, encoded: [], payload: [frame(ParcelPiece.size + 1)]), under: .ofParcels))
        #expect(try !isTaken(bodies(.offer).larger, under: .ofParcels))
        #expect(try !isTaken(OutgoingMessage(.piece, encoded: [], payload: [piece, frame(0)]), under: .ofParcels))
    }

    @Test("of a coordinator let in a piece of a file, and of an inventory as many frames as its plan's takes, and no more")
    func cluster() throws {
        let (one, three) = (MessageLimits.ofCluster(inventory: 1_000), MessageLimits.ofCluster(inventory: 9 << 20))
        let piece = frame(FilePiece.size)
        #expect(try isTaken(OutgoingMessage(.filePiece, encoded: [], payload: [piece]), under: one))
        #expect(try isTaken(bodies(.workerHello).largest, under: one))
        #expect(try !isTaken(OutgoingMessage(.filePiece, encoded: [], payload: [frame(FilePiece.size + 1)]), under: one))
        #expect(try !isTaken(bodies(.workerHello).larger, under: one))
        #expect(try !isTaken(OutgoingMessage(.inventory, encoded: [], payload: [piece, frame(0)]), under: one))
        #expect(try isTaken(OutgoingMessage(.inventory, encoded: [], payload: [piece, piece, piece]), under: three))
        #expect(try !isTaken(OutgoingMessage(.inventory, encoded: [], payload: [piece, piece, piece, frame(0)]), under: three))
        #expect(MessageLimits.ofCluster(inventory: 1 << 50) == MessageLimits())
    }

    @Test("hold what is longest: what cannot be compressed, and files of a plan of any size, which arrive as they were")
    func longest() throws {
        var generator = SeededGenerator(seed: 3)
        let noise = generator.bytes(9 << 20)
        let frames = try LongBody.frames(compressing: noise)
        #expect(frames.count > 1 && frames.count <= LongBody.mostFrames(of: noise.count))
        try OutgoingMessage(.status, encoded: [], payload: frames).check(MessageLimits())

        // One that fills its frames, one that does not, and one of nothing.
        let size = MessageLimits.pieceBytes
        let contents = [Array(noise[..<(2 * size)]), Array(noise[..<(size + 1)]), []]
        let paths = ["plan", "calibration", "features"].map { folder.file($0) }
        for (path, bytes) in zip(paths, contents) { try DurableFile.replace(path, with: bytes) }
        let payload = try PlanFiles.frames(of: paths)
        #expect(payload.map(\.count) == [size, size, 0, size, 1, 0])
        try OutgoingMessage(.assignment, encoded: [], payload: payload).check(MessageLimits())
        let received = try payload.map { try ReceivedFrame(copying: $0.bytes) }
        #expect(try PlanFiles.files(in: received, of: .assignment) == contents)
        // Without an end, and with a file too few or too many.
        for wrong in [Array(received[..<1]), Array(received[..<3]), Array(received[..<4]), received + [received[5], received[5]], []] {
            #expect(throws: MessageRefusal.self) { try PlanFiles.files(in: wrong, of: .assignment) }
        }
    }

    @Test("hold the offer of a task of thousands of sections")
    func offers() throws {
        func offer(own: Int, elsewhere: Int) throws -> OutgoingMessage {
            let digest = Digest(of: "numbers")
            let sections = (0..<own).map {
                ParcelOffer.Section(key: SectionKey(kind: .block, index: 10_000 + $0, stratum: 100), checksum: digest)
            }
            return try OutgoingMessage(
                .offer,
                ParcelOffer(
                    parcel: ParcelID(task: TaskID(shard: 1_000_000, group: 1_000), digest: digest),
                    worker: WorkerID(String(repeating: "w", count: 200)), sections: sections,
                    elsewhere: (0..<elsewhere).map { _ in digest }, bytes: 1 << 40))
        }
        // All pairs of layers of five GPT-2 medium are 5,880 blocks.
        try offer(own: 2_940, elsewhere: 2_940).check(.ofParcels)
        #expect(throws: ClusterError.self) { try offer(own: 50_000, elsewhere: 0).check(.ofParcels) }
    }
}
