import Testing

@testable import Cluster

@Suite("A router's routes")
struct PeerRoutesTests {
    @Test("lead to where a peer spoke last; one without a name is only where it is")
    func last() throws {
        let name = try #require(RoutingIdentity(named: "w"))
        let connections = try (1...2).map { try #require(RoutingIdentity(connection: [$0])) }
        var routes = PeerRoutes()
        #expect(routes.connection(to: name) == nil)
        for connection in connections {
            routes.note(name, through: connection)
            #expect(routes.connection(to: name) == connection)
        }
        routes.note(connections[0], through: connections[0])
        #expect(routes.count == 1 && routes.connection(to: connections[0]) == connections[0])
        // What the library knows a connection by is nobody's name, whoever chose it.
        #expect(RoutingIdentity(connection: name.bytes) != name)
    }

    @Test("are bounded: names without end push out those that were not heard of for longest, until they speak again")
    func bounded() throws {
        let connection = try #require(RoutingIdentity(connection: [1]))
        let worker = try #require(RoutingIdentity(named: "w"))
        let silent = try #require(RoutingIdentity(named: "silent"))
        var routes = PeerRoutes()
        routes.note(silent, through: connection)
        for number in 0..<3 * PeerRoutes.most {
            // A worker speaks now and then, in a flood of others.
            if number % 1_000 == 0 { routes.note(worker, through: connection) }
            routes.note(try #require(RoutingIdentity(named: "made-up-\(number)")), through: connection)
            guard routes.count <= PeerRoutes.most, routes.connection(to: worker) != nil else {
                Issue.record("\(routes.count) routes after \(number) names")
                return
            }
        }
        #expect(routes.connection(to: silent) == nil)
        routes.note(silent, through: connection)
        #expect(routes.connection(to: silent) == connection)
    }
}
