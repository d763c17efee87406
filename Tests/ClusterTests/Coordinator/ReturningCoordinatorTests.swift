import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A coordinator that is started again", .serialized)
struct ReturningCoordinatorTests {
    private let folder: TemporaryFolder
    private let tiny: TinyPlan
    private let context: MessageContext
    private let log = RecordedLog()
    private let worker = WorkerID("w")

    init() throws {
        folder = try TemporaryFolder()
        tiny = try TinyPlan(in: folder)
        context = try MessageContext()
    }

    private func coordinator(_ epoch: Int) throws -> Coordinator {
        var settings = CoordinatorSettings(
            endpoint: try Endpoint(ipc: folder.file("c\(epoch)")), security: .privateFolder, messages: context)
        settings.policy.leaseTimeout = 500
        let job = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
        return try Coordinator(tiny.run, settings: settings, epoch: epoch, in: context, context: job)
    }

    /// A coordinator with a worker that has come and can compute everything.
    private func coordinatorWithWorker() throws -> (Coordinator, MessageSocket) {
        let coordinator = try coordinator(1)
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: worker.name)
        let socket = try MessageSocket(.dealer, in: context, security: .privateFolder, options: options)
        try socket.connect(coordinator.endpoint)
        let outcome = try socket.send(OutgoingMessage(.workerHello, WorkerHello(worker: worker, host: "h", process: 1, program: "")))
        #expect(outcome == .sent)
        #expect(
            try eventually {
                try coordinator.turn()
                return coordinator.workers[worker] != nil
            })
        let bundle = Array(tiny.plan.blockGroups.indices)
        coordinator.schedule(.workerJoined(worker, WorkerOffer(host: "h", process: 1, memory: 1 << 30, threads: 1, bundles: [bundle])))
        try coordinator.perform()
        return (coordinator, socket)
    }

    @Test("knows that a worker has left which said so when it was told of the end")
    func farewell() throws {
        let (first, socket) = try coordinatorWithWorker()
        first.outcome = .complete
        let outcome = try socket.send(OutgoingMessage(.left, worker))
        #expect(outcome == .sent)
        try first.sayFarewell()
        let entries = try Ledger(reading: Ledger.path(in: tiny.run.folder)).entries()
        #expect(entries.last?.record == .workerLeft(worker: worker))
        let second = try coordinator(2)
        #expect(second.scheduler.workers.isEmpty && second.awaited.isEmpty)
        withExtendedLifetime((first, socket)) {}
    }

    @Test("does not take a worker that had nothing to do for a loss")
    func silent() throws {
        let (first, socket) = try coordinatorWithWorker()
        let second = try coordinator(2)
        #expect(second.awaited == [worker])
        let isLost = try eventually {
            try second.turn()
            return second.scheduler.workers[worker]?.isLost != false
        }
        #expect(isLost && !log.contains("warning: worker"), "\(log.lines)")
        withExtendedLifetime((first, socket)) {}
    }

    @Test("hears workers also while reducers have not said what they hold: none is lost meanwhile")
    func closed() throws {
        let (first, socket) = try coordinatorWithWorker()
        let second = try coordinator(2)
        let again = try second.peer(worker.name)
        try again.give(.workerHello, WorkerHello(worker: worker, host: "h", process: 1, program: ""))
        let sign = WorkerHeartbeat(
            leases: [], computing: nil, tokensPerSecond: 0, residentBytes: 0, peakResidentBytes: 0, parcelBytes: 0, parcels: [:])
        // Four times as long as a worker may be silent.
        for _ in 0..<20 {
            try again.give(sign)
            let end = ContinuousClock.now + .milliseconds(100)
            #expect(try second.works { ContinuousClock.now >= end })
        }
        #expect(!second.isOpen && second.scheduler.workers[worker]?.isLost == false)
        #expect(!log.contains("is lost") && !log.contains("has not come again"), "\(log.lines)")
        withExtendedLifetime((first, socket)) {}
    }

    @Test("says that there is no worker once that was so for a moment, and not while one opens the plan")
    func noWorker() throws {
        let (first, socket) = try coordinatorWithWorker()
        let second = try coordinator(2)
        let hello = ReducerHello(
            name: "r", host: "h", process: 1, program: "", endpoint: try Endpoint("tcp://127.0.0.1:7401"), folder: "/r", store: nil)
        _ = try second.reducers.admit(
            hello, from: try #require(RoutingIdentity(named: "r")), key: nil, at: second.now, patience: 1_000)
        second.isOpen = true
        // The one that the ledger knows has not come.
        second.scheduler.apply(.workerLost(worker: worker, reason: "test"), at: second.now)
        second.lookAround()
        #expect(second.waitingBecause == nil)
        #expect(
            eventually {
                second.lookAround()
                return second.waitingBecause?.contains("there is no worker") == true
            })
        let other = try #require(RoutingIdentity(named: "x"))
        second.workers[WorkerID("x")] = WorkerContact(identity: other, heard: second.now)
        second.lookAround()
        #expect(second.waitingBecause == "the worker that has come is opening the plan and the models")
        withExtendedLifetime((first, socket)) {}
    }

    @Test("says of a task that was given up that it is done after all where its numbers turn up")
    func givenUp() throws {
        let (coordinator, socket) = try coordinatorWithWorker()
        let task = try #require(coordinator.scheduler.firstWaiting)
        coordinator.scheduler.apply(.taskFailed(task: task), at: coordinator.now)
        coordinator.pending.append(.record(.taskFailed(task: task)))
        try coordinator.perform()
        #expect(coordinator.scheduler.state(of: task)?.phase == .failed && log.contains("error: task \(task) is given up"))
        for _ in 0..<2 {
            coordinator.schedule(.held(task, by: [worker], Digest(of: [])))
            try coordinator.perform()
        }
        #expect(coordinator.scheduler.state(of: task)?.phase == .done)
        #expect(log.lines.filter { $0 == "notice: task \(task), which was given up, is done after all" }.count == 1, "\(log.lines)")
        withExtendedLifetime(socket) {}
    }

    @Test("calls a worker that only holds parcels sending")
    func sending() throws {
        let (coordinator, socket) = try coordinatorWithWorker()
        func beat(computing: LeaseID?, parcels: [Int: Int]) {
            coordinator.workers[worker]?.take(
                WorkerHeartbeat(
                    leases: [], computing: computing, tokensPerSecond: 0, residentBytes: 0, peakResidentBytes: 0, parcelBytes: 9,
                    parcels: parcels))
        }
        #expect(coordinator.activity(of: worker, at: .zero) == "idle")
        beat(computing: nil, parcels: [0: 2])
        #expect(coordinator.activity(of: worker, at: .zero) == "sending")
        beat(computing: nil, parcels: [:])
        #expect(coordinator.activity(of: worker, at: .zero) == "idle")
        beat(computing: LeaseID(epoch: 1, number: 0), parcels: [0: 2])
        #expect(coordinator.activity(of: worker, at: .zero) == "idle")
        withExtendedLifetime(socket) {}
    }
}
