import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A reducer that falls silent", .serialized)
struct SilentReducerTests {
    private let folder: TemporaryFolder
    private let tiny: TinyPlan
    private let context: MessageContext
    private let log = RecordedLog()
    private let hello: ReducerHello

    init() throws {
        folder = try TemporaryFolder()
        tiny = try TinyPlan(in: folder)
        context = try MessageContext()
        hello = ReducerHello(
            name: "reducer", host: "h", process: 1, program: "", endpoint: try Endpoint("tcp://127.0.0.1:7401"), folder: "/store",
            store: nil)
    }

    private func coordinator() throws -> Coordinator {
        var settings = CoordinatorSettings(
            endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        settings.policy.leaseTimeout = 1_000
        let job = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
        return try Coordinator(tiny.run, settings: settings, epoch: 1, in: context, context: job)
    }

    private func peer(_ name: String, of coordinator: Coordinator) throws -> MessageSocket {
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: name)
        let socket = try MessageSocket(.dealer, in: context, security: .privateFolder, options: options)
        try socket.connect(coordinator.endpoint)
        return socket
    }

    private func say(_ kind: MessageKind, _ body: some Encodable & Sendable, from socket: MessageSocket) throws {
        let outcome = try socket.send(OutgoingMessage(kind, body))
        #expect(outcome == .sent)
    }

    /// Has the coordinator work until something is so.
    private func works(_ coordinator: Coordinator, until condition: () throws -> Bool) throws -> Bool {
        let end = ContinuousClock.now + .milliseconds(patience)
        while ContinuousClock.now < end {
            if try condition() { return true }
            try coordinator.turn()
        }
        return false
    }

    /// Reads what a worker was answered.
    private func lastPulse(_ socket: MessageSocket) throws -> Pulse? {
        var pulse: Pulse?
        while case .message(let message)? = try socket.receive() {
            if message.kind == .pulse { pulse = try message.body() }
        }
        return pulse
    }

    private var heartbeat: ReducerHeartbeat {
        ReducerHeartbeat(
            index: 0, stagedParcels: 0, stagedBytes: 0, bytesInFlight: 0, offersWaiting: 0, parcelsFolding: 0, folded: 0, receivedBytes: 0,
            pausedBecause: nil)
    }

    @Test("is told of once with what waits for it, named in the headline in place of a time left, and told of when it is back")
    func silent() throws {
        let coordinator = try coordinator()
        let (reducer, worker) = (try peer("reducer", of: coordinator), try peer("worker", of: coordinator))
        defer { withExtendedLifetime((reducer, worker)) {} }
        try say(.reducerHello, hello, from: reducer)
        let id = WorkerID("worker")
        try say(.workerHello, WorkerHello(worker: id, host: "h", process: 1, program: ""), from: worker)
        let sign = WorkerHeartbeat(
            leases: [], computing: nil, tokensPerSecond: 0, residentBytes: 0, peakResidentBytes: 0, parcelBytes: 9, parcels: [0: 3])
        try worker.give(sign)
        #expect(try works(coordinator) { coordinator.reducers.isComplete && coordinator.workers[id]?.heartbeat != nil })
        #expect(try works(coordinator) { coordinator.status.waitingBecause == nil })

        #expect(try works(coordinator) { log.contains("has not been heard of") })
        let start = ContinuousClock.now
        #expect(try works(coordinator) { ContinuousClock.now - start > .seconds(2) })
        let told = log.lines.filter { $0.contains("has not been heard of") }
        #expect(told.count == 1 && told[0].hasPrefix("warning: reducer 0 (h:/store) has not been heard of for "), "\(told)")
        #expect(told[0].contains("12 tasks and 3 parcels that workers hold wait for it; start it again on the same store"), "\(told)")
        let status = coordinator.status
        #expect(status.waitingBecause?.hasPrefix("waiting for reducer 0, silent for ") == true)
        #expect(status.secondsLeft == nil && status.tokensPerSecond == nil)
        #expect(!log.contains("info: waiting for reducer 0, silent"))
        // Workers that hold something for it are told.
        _ = try lastPulse(worker)
        try worker.give(sign)
        var pulse: Pulse?
        #expect(
            try works(coordinator) {
                pulse = try lastPulse(worker)
                return pulse != nil
            })
        #expect(pulse?.silent == [0])

        try say(.reducerHeartbeat, heartbeat, from: reducer)
        #expect(try works(coordinator) { log.contains("notice: reducer 0 (h:/store) is back after ") })
        #expect(try works(coordinator) { coordinator.status.waitingBecause == nil })
    }

    @Test("is told of where it had a part before this coordinator came, and does not come")
    func absent() throws {
        var claims = try ReducerRegistry([0], plan: tiny.plan.identity, path: tiny.run.folder.reducerClaims)
        let identity = try #require(RoutingIdentity(named: hello.name))
        #expect(try claims.admit(hello, from: identity, key: nil, at: .zero, patience: 1_000) == .success(0))
        let coordinator = try coordinator()
        #expect(try works(coordinator) { log.contains("warning: reducer 0 (h:/store) has not been heard of for ") })
        #expect(coordinator.status.waitingBecause?.hasPrefix("waiting for reducer 0, silent for ") == true)
    }

    @Test("is no reducer that has yet to come for the first time: it is waited for")
    func expected() throws {
        let coordinator = try coordinator()
        #expect(try works(coordinator) { coordinator.waitingBecause == "waiting for reducer 0" })
        let start = ContinuousClock.now
        #expect(try works(coordinator) { ContinuousClock.now - start > .seconds(3) })
        #expect(!log.contains("has not been heard of"))
    }
}

extension MessageSocket {
    /// Sends a worker's sign of life; the queue has room.
    func give(_ heartbeat: WorkerHeartbeat) throws {
        let outcome = try send(OutgoingMessage(.heartbeat, heartbeat))
        #expect(outcome == .sent)
    }
}
