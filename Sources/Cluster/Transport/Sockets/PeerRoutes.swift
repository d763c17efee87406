/// Through which connection a router reaches each peer: the one through which the peer has spoken last.
///
/// A peer's name stands in its messages, where it can be held against the key that the connection has proved. In the library's handshake
/// it could not: there a stranger that takes another's name would get its messages, and cut it off.
struct PeerRoutes: Sendable {
    /// More than any cluster has processes. A peer can make up names without end; those that were not heard of for longest are forgotten
    /// until they speak again.
    static let most = 1 << 14

    private struct Route {
        let connection: RoutingIdentity
        /// What the clock of messages showed.
        var heard: UInt64
    }

    private var routes: [RoutingIdentity: Route] = [:]
    private var messages: UInt64 = 0

    /// How many names are known.
    var count: Int { routes.count }

    /// A peer has spoken through a connection; one without a name is known by that alone.
    mutating func note(_ sender: RoutingIdentity, through connection: RoutingIdentity) {
        guard !sender.isConnection else { return }
        messages += 1
        routes[sender] = Route(connection: connection, heard: messages)
        guard routes.count > Self.most else { return }
        let times = routes.values.map(\.heard).sorted()
        let middle = times[times.count / 2]
        routes = routes.filter { $0.value.heard >= middle }
    }

    /// Where a peer is; nil for a name that nobody has said.
    func connection(to peer: RoutingIdentity) -> RoutingIdentity? { peer.isConnection ? peer : routes[peer]?.connection }
}
