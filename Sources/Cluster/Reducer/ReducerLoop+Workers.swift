import Scheduling
import Statistics

extension ReducerLoop {
    /// Takes in what a worker sends. All of it is doubted.
    func take(fromWorker message: IncomingMessage) throws {
        // Before there is an assignment nothing can be answered; workers offer again.
        guard let session, let sender = message.sender else { return }
        switch message.kind {
        case .offer: try take(try message.body(as: ParcelOffer.self), from: sender, session)
        case .piece: try take(try message.body(as: ParcelPiece.self), message.payload, from: sender, session)
        default: note("kind", "\(sender) sent a message of kind \(message.kind.rawValue)")
        }
    }

    private func take(_ offer: ParcelOffer, from sender: RoutingIdentity, _ session: ReducerSession) throws {
        guard RoutingIdentity(named: offer.worker.name) == sender else {
            return note("sender", "\(sender) offered a parcel in the name of \(offer.worker)")
        }
        if let problem = session.rules.problem(of: offer) {
            note("offer", "\(sender): \(problem)")
            return try answer(.refuse, ParcelRefusal(parcel: offer.parcel, reason: problem), to: offer.worker)
        }
        let offer = offer.own
        guard session.offers.keep(offer, at: now) else { return note("flood", "\(sender): too many offers") }
        try handle(.offered(offer))
    }

    private func take(_ piece: ParcelPiece, _ payload: [ReceivedFrame], from sender: RoutingIdentity, _ session: ReducerSession) throws {
        guard RoutingIdentity(named: piece.worker.name) == sender else {
            return note("sender", "\(sender) sent bytes in the name of \(piece.worker)")
        }
        // What was not invited, or was given up meanwhile, is passed over; so is what comes after the end.
        guard var arrival = session.arrivals[piece.parcel], arrival.offer.worker == piece.worker, !arrival.isComplete else { return }
        // A worker that is invited again starts over; what it had sent on before it heard of that is no fault of its bytes.
        if arrival.received == 0, piece.offset > 0 { return }
        guard payload.count == 1, piece.total == arrival.offer.bytes, payload[0].count > 0,
            piece.offset == arrival.received || piece.offset == 0, payload[0].count <= piece.total - piece.offset
        else {
            note("piece", "\(sender): a piece at \(piece.offset) of \(piece.total) bytes, expected at \(arrival.received)")
            return try handle(.broken(piece.parcel, from: piece.worker, reason: "a piece at \(piece.offset) does not follow the last one"))
        }
        arrival.received = piece.offset + payload[0].count
        arrival.heard = now
        session.arrivals[piece.parcel] = arrival
        counters.count { $0.receivedBytes += payload[0].count }
        session.disk.write(payload[0], at: piece.offset, of: arrival.offer, arrival: arrival.number)
        if arrival.isComplete { session.disk.verify(arrival.offer, arrival: arrival.number) }
        try handle(.progressed(piece.parcel, from: piece.worker))
    }

    /// Sends a worker a message. One that is not connected any more offers again when it is.
    func answer(_ kind: MessageKind, _ body: some Encodable & Sendable, to worker: WorkerID) throws {
        guard let peer = RoutingIdentity(named: worker.name) else { return }
        try sender.send(kind, body, through: workers, to: peer)
    }
}
