/// What passed through a process's sockets, by who is at their other end.
struct TransportMetrics: MetricsSnapshot {
    /// The counters of one kind of peers.
    struct Side: Sendable {
        /// Who is at the other end: coordinator, workers, reducers, members.
        let peer: String
        let counters: TransportCounters.Snapshot
    }

    /// Who came to a socket that keys protect.
    struct Door: Sendable {
        let connections, admissions, denials: Int

        init(_ authenticator: Authenticator) {
            (connections, admissions, denials) = (authenticator.connections, authenticator.admissions, authenticator.denials)
        }
    }

    let sides: [Side]
    /// Nil where no keys protect what listens.
    var door: Door?

    var families: [MetricFamily] {
        func samples(_ value: (TransportCounters.Snapshot) -> Int) -> [MetricSample] {
            sides.map { MetricSample(["peer": $0.peer], value($0.counters)) }
        }
        let refused = sides.flatMap { side in
            MessageRefusal.Reason.allCases.map { reason in
                MetricSample(["peer": side.peer, "reason": reason.rawValue], side.counters.refused[reason] ?? 0)
            }
        }
        var families = [
            MetricFamily(counter: "universal_neurons_messages_sent", "Messages sent.", samples(\.sent)),
            MetricFamily(counter: "universal_neurons_messages_sent_bytes", "Bytes of messages sent.", samples(\.sentBytes)),
            MetricFamily(
                counter: "universal_neurons_messages_unsent", "Messages that were not sent: the queue was full or the peer gone.",
                samples(\.unsent)),
            MetricFamily(
                counter: "universal_neurons_messages_unsendable", "Messages that were not sent: nobody takes so large ones.",
                samples(\.unsendable)),
            MetricFamily(counter: "universal_neurons_messages_received", "Messages received whose frames were right.", samples(\.received)),
            MetricFamily(
                counter: "universal_neurons_messages_received_bytes", "Bytes of messages received.", samples(\.receivedBytes)),
            MetricFamily(counter: "universal_neurons_messages_refused", "Messages that were dropped, by reason.", refused),
            MetricFamily(
                counter: "universal_neurons_connections_ended",
                "Connections to what listens here that have ended: peers that went, and those cut off for a frame above the limit.",
                samples(\.connectionsEnded)),
        ]
        if let door {
            families += [
                MetricFamily(
                    counter: "universal_neurons_connections", "Connections to what listens here, whoever made them.", door.connections),
                MetricFamily(counter: "universal_neurons_handshakes_admitted", "Peers whose keys were let in.", door.admissions),
                MetricFamily(counter: "universal_neurons_handshakes_denied", "Peers that were not let in.", door.denials),
            ]
        }
        return families
    }
}

extension TransportMetrics.Door {
    /// Who came to a socket with this protection; nil where no keys protect it.
    init?(_ security: Security) {
        guard case .keys(.server(_, let authenticator)) = security else { return nil }
        self.init(authenticator)
    }
}
