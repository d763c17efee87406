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

    private func coordinator(patience: Int64 = 1_000) throws -> Coordinator {
        var settings = CoordinatorSettings(
            endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        settings.policy.leaseTimeout = patience
        let job = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
        return try Coordinator(tiny.run, settings: settings, epoch: 1, in: context, context: job)
    }

    /// Reads what a worker was answered.
    private func lastPulse(_ socket: MessageSocket) throws -> Pulse? {
        var pulse: Pulse?
        while case .message(let message)? = try socket.receive() {
            if message.kind == .pulse { pulse = try message.body() }
        }
        return pulse
    }

    private func heartbeat(pausedBecause reason: String? = nil) -> ReducerHeartbeat {
        ReducerHeartbeat(
            index: 0, stagedParcels: 0, stagedBytes: 0, bytesInFlight: 0, offersWaiting: 0, parcelsFolding: 0, folded: 0, receivedBytes: 0,
            pausedBecause: reason)
    }

    @Test("is told of once with what waits for it, named in the headline in place of a time left, and told of when it is back")
    func silent() throws {
        let coordinator = try coordinator()
        try coordinator.startComparison()
        let (reducer, worker) = (try coordinator.peer("reducer"), try coordinator.peer("worker"))
        defer { withExtendedLifetime((reducer, worker)) {} }
        try reducer.give(.reducerHello, hello)
        let id = WorkerID("worker")
        try worker.give(.workerHello, WorkerHello(worker: id, host: "h", process: 1, program: ""))
        let sign = WorkerHeartbeat(
            leases: [], computing: nil, tokensPerSecond: 0, residentBytes: 0, peakResidentBytes: 0, parcelBytes: 9, parcels: [0: 3])
        try worker.give(sign)
        #expect(try coordinator.works { coordinator.reducers.isComplete && coordinator.workers[id]?.heartbeat != nil })
        #expect(try coordinator.works { coordinator.status.waitingBecause == nil })

        #expect(try coordinator.works { log.contains("has not been heard of") })
        let start = ContinuousClock.now
        #expect(try coordinator.works { ContinuousClock.now - start > .seconds(2) })
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
            try coordinator.works {
                pulse = try lastPulse(worker)
                return pulse != nil
            })
        #expect(pulse?.silent == [0])

        try reducer.give(.reducerHeartbeat, heartbeat())
        #expect(try coordinator.works { log.contains("notice: reducer 0 (h:/store) is back after ") })
        // It is here, and has not said what it holds.
        #expect(try coordinator.works { coordinator.status.waitingBecause == "waiting for what reducer 0 holds" })
        #expect(coordinator.status.secondsLeft == nil)
        let task = try #require(coordinator.scheduler.firstWaiting)
        #expect(try coordinator.control(.explain(task)).explanation?.reason == .reducersAsked([0]))
    }

    @Test("is named in the headline in place of a time left also where its disk is full, and told of once whichever file has no room")
    func paused() throws {
        let coordinator = try coordinator(patience: 60_000)
        let reducer = try coordinator.peer("reducer")
        defer { withExtendedLifetime(reducer) {} }
        try reducer.give(.reducerHello, hello)
        #expect(try coordinator.works { coordinator.reducers.isComplete })
        for file in ["/store/alpha", "/store/beta", "/store/alpha"] {
            try reducer.give(.reducerHeartbeat, heartbeat(pausedBecause: "no room for \(file)"))
            let expected = "waiting for reducer 0, which takes nothing: no room for \(file)"
            #expect(try coordinator.works { coordinator.status.waitingBecause == expected })
            #expect(coordinator.status.secondsLeft == nil)
        }
        #expect(log.lines.filter { $0.hasPrefix("info: waiting for reducer 0, which takes nothing") }.count == 1, "\(log.lines)")
        try reducer.give(.reducerHeartbeat, heartbeat())
        #expect(try coordinator.works { coordinator.status.waitingBecause?.contains("takes nothing") != true })
    }

    @Test("is told of where it had a part before this coordinator came, and does not come")
    func absent() throws {
        var claims = try ReducerRegistry([0], plan: tiny.plan.identity, path: tiny.run.folder.reducerClaims)
        let identity = try #require(RoutingIdentity(named: hello.name))
        #expect(try claims.admit(hello, from: identity, key: nil, at: .zero, patience: 1_000) == .success(0))
        let coordinator = try coordinator()
        #expect(try coordinator.works { log.contains("warning: reducer 0 (h:/store) has not been heard of for ") })
        #expect(coordinator.status.waitingBecause?.hasPrefix("waiting for reducer 0, silent for ") == true)
    }

    @Test("is no reducer that has yet to come for the first time: it is waited for")
    func expected() throws {
        let coordinator = try coordinator()
        #expect(try coordinator.works { coordinator.waitingBecause == "waiting for reducer 0" })
        let start = ContinuousClock.now
        #expect(try coordinator.works { ContinuousClock.now - start > .seconds(3) })
        #expect(!log.contains("has not been heard of"))
    }
}
