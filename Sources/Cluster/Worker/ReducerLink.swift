import Scheduling

/// A worker's line to one reducer, and what is being sent through it. Belongs to the thread that made it.
final class ReducerLink {
    /// A parcel that the reducer has invited.
    private struct Sending {
        let parcel: ParcelID
        let file: ParcelFile
        var offset = 0
    }

    /// Where the reducer is, and by which key it is known.
    let address: ReducerAddress
    let socket: MessageSocket
    private let worker: WorkerID
    private let sender: MessageSender
    private var queue: [Sending] = []

    /// Pieces sent before the loop looks after its other sockets.
    private static let burst = 16

    /// - Parameter queuedPieces: how many wait in the socket: with their size this bounds the memory that a slow reducer takes.
    /// - Throws: `ClusterError`.
    init(
        _ address: ReducerAddress, worker: WorkerID, queuedPieces: Int, security: Security, context: MessageContext,
        counters: TransportCounters, sender: MessageSender
    ) throws {
        guard let security = security.towards(address.key) else { throw ClusterError.keysMissing(address.endpoint) }
        self.address = address
        self.worker = worker
        self.sender = sender
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: worker.name)
        options.sendQueue = queuedPieces
        options.peerLimits = .ofParcels
        options.needsConnection = true
        options.lastReconnect = 2_000
        socket = try MessageSocket(.dealer, in: context, security: security, options: options, counters: counters)
        try socket.connect(address.endpoint)
    }

    /// Whether there are bytes to be sent.
    var hasPieces: Bool { !queue.isEmpty }

    /// The parcel that is being sent.
    var first: ParcelID? { queue.first?.parcel }

    /// Whether a parcel is on its way, its first bytes at least.
    func isSending(_ parcel: ParcelID) -> Bool { queue.contains { $0.parcel == parcel && $0.offset > 0 } }

    /// Says what there is.
    func offer(_ offer: ParcelOffer) throws -> Delivery { try sender.send(.offer, offer, through: socket) }

    /// Sends a parcel, from its beginning.
    func begin(_ parcel: ParcelID, _ file: ParcelFile) {
        if let place = queue.firstIndex(where: { $0.parcel == parcel }) {
            queue[place].offset = 0
        } else {
            queue.append(Sending(parcel: parcel, file: file))
        }
    }

    /// Stops sending a parcel.
    func cancel(_ parcel: ParcelID) { queue.removeAll { $0.parcel == parcel } }

    /// Sends as many pieces as there is room for.
    ///
    /// - Returns: parcels that are sent to their last byte.
    /// - Throws: `StorageError` when a parcel cannot be read, `ClusterError`.
    func pump() throws -> [ParcelID] {
        var done: [ParcelID] = []
        for _ in 0..<Self.burst {
            guard let first = queue.first else { break }
            let range = first.offset..<min(first.offset + ParcelPiece.size, first.file.count)
            let piece = ParcelPiece(parcel: first.parcel, worker: worker, offset: first.offset, total: first.file.count)
            guard try sender.send(.piece, piece, payload: [try first.file.frame(range)], through: socket) == .sent else { break }
            queue[0].offset = range.upperBound
            if range.upperBound == first.file.count {
                queue.removeFirst()
                done.append(first.parcel)
            }
        }
        return done
    }
}
