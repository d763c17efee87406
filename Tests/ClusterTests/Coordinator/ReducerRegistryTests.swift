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

    @Test("a store with the numbers of the run's pilot is as good as an empty one; one of another run is not")
    func pilot() throws {
        let folder = try TemporaryFolder()
        let (run, path) = (Digest(of: [2]), folder.file("reducers.json"))
        // What the reducers say of their stores is of `plan`.
        var registry = try ReducerRegistry([0, 1], plan: run, pilot: plan, path: path)
        #expect(try admit(&registry, hello("x", store: 1)) == .success(0))
        #expect(try admit(&registry, hello("y", store: 0)) == .success(1))
        // Of one that was stopped before it had emptied its store the folder is known.
        var next = try ReducerRegistry([0, 1], plan: run, pilot: plan, path: path)
        #expect(try admit(&next, hello("y", store: 0)) == .success(1))
        var other = try ReducerRegistry([0, 1], plan: run, pilot: Digest(of: [3]), path: folder.file("other.json"))
        guard case .failure(let refusal) = try admit(&other, hello("x", store: 1)) else {
            Issue.record("the store of another run was let in")
            return
        }
        #expect(refusal.reason == "its store belongs to another run")
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
        let known = ReducerRegistry.Intake(
            folded: 3, receivedBytes: 300, counter: .init(name: "reducer-x", process: 1, bytes: 300))
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

    @Test("what a reducer has received is that of all its processes: each counts from zero, whatever the coordinators do meanwhile")
    func received() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("reducers.json")
        var registry = try ReducerRegistry([0], plan: plan, path: path)
        func hear(_ name: String, received: Int) throws -> Int? {
            _ = try admit(&registry, hello(name, store: 0))
            let heartbeat = ReducerHeartbeat(
                index: 0, stagedParcels: 0, stagedBytes: 0, bytesInFlight: 0, offersWaiting: 0, parcelsFolding: 0, folded: 1,
                receivedBytes: received, pausedBecause: nil)
            registry.hear(0, heartbeat, at: .zero)
            try registry.keepIntakes()
            return registry.intakes[0]?.receivedBytes
        }
        func restart() throws { registry = try ReducerRegistry([0], plan: plan, path: path) }
        #expect(try hear("x", received: 100) == 100)
        #expect(try hear("x", received: 250) == 250)
        // Another coordinator, the same process.
        try restart()
        #expect(try hear("x", received: 300) == 300)
        // Another process, as for a gathering, that has received nothing; then more than the first.
        try restart()
        #expect(try hear("y", received: 0) == 300)
        #expect(try hear("y", received: 900) == 1_200)
        // One whose name is that of its key, and that counts less than before.
        try restart()
        #expect(try hear("y", received: 10) == 1_210)
        // Reducers of the run's own: nobody has a part any more, and what they took in is known.
        let kept = try #require(try ReducerRegistry.KeptIntakes(at: path))
        try LocalFiles().remove(path)
        #expect(try ReducerRegistry.KeptIntakes(at: path) == nil)
        try kept.write(to: path, on: LocalFiles())
        try restart()
        #expect(registry.claims.isEmpty && registry.intakes[0]?.receivedBytes == 1_210)
        #expect(try hear("z", received: 5) == 1_215)
    }
}
