import Scheduling
import Statistics

@testable import Cluster

/// A worker that has parcels and offers them until they are acknowledged.
final class TestWorker {
    let name: String
    let socket: MessageSocket
    private(set) var parcels: [ParcelID: TestParcel] = [:]
    private(set) var acknowledged: [ParcelID] = []
    private(set) var refused: [ParcelID: String] = [:]
    private(set) var invitations = 0
    /// Pieces after which it falls silent, as a stopped process does; nil: it never does.
    var lastPiece: Int?
    /// Whether it is silent.
    var isSilent = false
    private var offered = ContinuousClock.now - .seconds(1)
    private var endpoint: Endpoint?
    /// Bytes of a piece: small, so that a parcel takes several.
    private static let piece = 1_000

    init(_ name: String, in context: MessageContext) throws {
        self.name = name
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: name)
        options.sendQueue = 10_000
        options.lastReconnect = 200
        socket = try MessageSocket(.dealer, in: context, security: .privateFolder, options: options)
    }

    /// Goes to a reducer, and to no other any more.
    func connect(to endpoint: Endpoint) throws {
        guard endpoint != self.endpoint else { return }
        if let old = self.endpoint { socket.disconnect(old) }
        self.endpoint = endpoint
        try socket.connect(endpoint)
    }

    /// Has a parcel to give away.
    func add(_ parcel: TestParcel) { parcels[parcel.offer.parcel] = parcel }

    /// Offers what nobody has acknowledged or refused, now and then.
    func offerAgain() throws {
        guard endpoint != nil, !isSilent, ContinuousClock.now - offered > .milliseconds(200) else { return }
        offered = .now
        for parcel in parcels.values { try offer(parcel) }
    }

    func offer(_ parcel: TestParcel) throws { _ = try socket.send(OutgoingMessage(.offer, parcel.offer)) }

    func take(_ message: IncomingMessage) throws {
        guard !isSilent else { return }
        switch message.kind {
        case .invite:
            invitations += 1
            guard let parcel = parcels[try message.body(as: ParcelID.self)] else { return }
            let end = lastPiece.map { $0 * Self.piece }
            try send(parcel, 0..<min(end ?? .max, parcel.bytes.count))
            isSilent = end != nil
        case .acknowledge:
            let id = try message.body(as: ParcelID.self)
            acknowledged.append(id)
            parcels[id] = nil
        case .refuse:
            let refusal = try message.body(as: ParcelRefusal.self)
            refused[refusal.parcel] = refusal.reason
            parcels[refusal.parcel] = nil
        default: break
        }
    }

    /// Sends what it has not sent of a parcel when it fell silent.
    func sendRest(of parcel: TestParcel) throws {
        if let lastPiece { try send(parcel, lastPiece * Self.piece..<parcel.bytes.count) }
    }

    private func send(_ parcel: TestParcel, _ range: Range<Int>) throws {
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: Self.piece) {
            let bytes = Array(parcel.bytes[offset..<min(offset + Self.piece, parcel.bytes.count)])
            let piece = ParcelPiece(
                parcel: parcel.offer.parcel, worker: parcel.offer.worker, offset: offset, total: parcel.bytes.count)
            _ = try socket.send(OutgoingMessage(.piece, piece, payload: [PayloadFrame(copying: bytes)]))
        }
    }
}
