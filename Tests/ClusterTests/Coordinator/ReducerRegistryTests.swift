import Diagnostics
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("Who has which part of the plan")
struct ReducerRegistryTests {
    private let plan = Digest(of: [1])

    private func hello(_ folder: String, store: Int? = nil) throws -> ReducerHello {
        ReducerHello(
            name: "reducer-\(folder)", host: "host", process: 1, program: "test", endpoint: try Endpoint("tcp://127.0.0.1:7500"),
            folder: "/\(folder)", store: store.map { StoreIdentity(plan: plan, index: $0) })
    }

    private func admit(_ registry: inout ReducerRegistry, _ hello: ReducerHello) throws -> Result<Int, ReducerRegistry.Refusal> {
        let identity = try #require(RoutingIdentity(named: hello.name))
        return try registry.admit(hello, from: identity, key: nil, at: .zero, patience: 1_000)
    }

    @Test("a reducer that was given up is not wanted any more, also by the next coordinator; the others are")
    func givenUp() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("reducers.json")
        var registry = try ReducerRegistry([0, 1], plan: plan, path: path)
        #expect(try admit(&registry, hello("x")) == .success(0))
        #expect(try admit(&registry, hello("y")) == .success(1))
        #expect(registry.isComplete)
        #expect(try registry.index(named: "1") == 1)
        #expect(try registry.index(named: "host:/x") == 0)
        #expect(throws: ClusterError.noSuchReducer("host", known: ["0 (host:/x)", "1 (host:/y)"])) { try registry.index(named: "host") }
        try registry.giveUp(0)
        var next = try ReducerRegistry([1], plan: plan, path: path)
        #expect(next.lost == [0])
        for refused in [try hello("x", store: 0), try hello("x"), try hello("z", store: 5)] {
            guard case .failure = try admit(&next, refused) else {
                Issue.record("\(refused) was let in")
                continue
            }
        }
        guard case .failure(let refusal) = try admit(&next, hello("x", store: 0)) else { return }
        #expect(refusal.reason.contains("was given up") && refusal.status == .dataError)
        #expect(!next.isComplete)
        #expect(try admit(&next, hello("y", store: 1)) == .success(1))
        #expect(next.isComplete)
        // Another try of a service manager changes nothing.
        guard case .failure(let surplus) = try admit(&next, hello("x")) else { return }
        #expect(surplus.reason.contains("its store is empty") && surplus.status == .configuration)
        #expect(throws: ClusterError.noSuchReducer("0", known: ["1 (host:/y)"])) { try next.index(named: "0") }
    }

    @Test("what a reducer had taken in is known of one that is gone, also to the next coordinator, until it is given up")
    func intakes() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("reducers.json")
        var registry = try ReducerRegistry([0, 1], plan: plan, path: path)
        for name in ["x", "y"] { _ = try admit(&registry, hello(name)) }
        func heartbeat(folded: Int) -> ReducerHeartbeat {
            ReducerHeartbeat(
                index: 0, stagedParcels: 0, stagedBytes: 0, bytesInFlight: 0, offersWaiting: 0, parcelsFolding: 0, folded: folded,
                receivedBytes: 100 * folded, pausedBecause: nil)
        }
        registry.hear(0, heartbeat(folded: 3), at: .zero)
        #expect(try ReducerRegistry([0, 1], plan: plan, path: path).intakes.isEmpty)
        try registry.keepIntakes()
        let known = ReducerRegistry.Intake(folded: 3, receivedBytes: 300)
        var next = try ReducerRegistry([0, 1], plan: plan, path: path)
        #expect(next.intakes == [0: known])
        // It comes again, and has not said anything yet.
        _ = try admit(&next, hello("x", store: 0))
        #expect(next.intakes == [0: known])
        next.hear(0, heartbeat(folded: 4), at: .zero)
        #expect(next.intakes[0]?.folded == 4)
        // Where nothing has changed nothing is written.
        try next.keepIntakes()
        try LocalFiles().remove(path)
        try next.keepIntakes()
        #expect(!Folder.holdsFile(path))
        try next.giveUp(0)
        #expect(try ReducerRegistry([1], plan: plan, path: path).intakes.isEmpty)
    }
}
