import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("What a coordinator answers to heartbeats", .serialized)
struct PulseTests {
    let folder: TemporaryFolder
    let context: MessageContext
    let coordinator: Coordinator
    private let id = WorkerID("worker")

    init() throws {
        folder = try TemporaryFolder()
        let tiny = try TinyPlan(in: folder)
        context = try MessageContext()
        let settings = CoordinatorSettings(
            endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        coordinator = try Coordinator(
            tiny.run, settings: settings, epoch: 3, in: context, context: JobContext(team: ThreadTeam(count: 1)))
    }

    private func sign(knowing pulse: Int) -> WorkerHeartbeat {
        WorkerHeartbeat(
            pulse: pulse, leases: [], computing: nil, tokensPerSecond: 0, residentBytes: 0, peakResidentBytes: pulse, parcelBytes: 0)
    }

    /// The next pulse that a peer is sent.
    private func pulse(to socket: MessageSocket) throws -> Pulse? {
        var pulse: Pulse?
        _ = try coordinator.works {
            while pulse == nil, case .message(let message)? = try socket.receive() {
                if message.kind == .pulse { pulse = try message.body() }
            }
            return pulse != nil
        }
        return pulse
    }

    /// Gives a sign of life that needs no answer, and makes sure that none comes: another worker's, sent later, does.
    private func expectSilence(towards worker: MessageSocket, knowing number: Int) throws {
        try worker.give(sign(knowing: number))
        #expect(try coordinator.works { coordinator.workers[id]?.heartbeat?.peakResidentBytes == number })
        let other = try coordinator.peer("other")
        try other.give(sign(knowing: 0))
        #expect(try pulse(to: other)?.epoch == 0)
        var pulses = 0
        while case .message(let message)? = try worker.receive() { pulses += message.kind == .pulse ? 1 : 0 }
        #expect(pulses == 0)
        withExtendedLifetime(other) {}
    }

    @Test("is nothing to a worker that knows all of it, the news to one that does not, and to a stranger that it is one")
    func answers() throws {
        let worker = try coordinator.peer("worker")
        try worker.give(sign(knowing: 0))
        #expect(try pulse(to: worker)?.epoch == 0)
        try worker.give(.workerHello, WorkerHello(worker: id, host: "h", process: 1, program: ""))
        // It has opened no plan yet.
        try worker.give(sign(knowing: coordinator.pulse.number))
        #expect(try pulse(to: worker)?.epoch == 0)
        let offer = WorkerOffer(host: "h", process: 1, memory: 1 << 30, threads: 1, bundles: [[0]])
        try worker.give(.workerReady, WorkerReady(worker: id, offer: offer, leases: 1))
        try worker.give(sign(knowing: 0))
        let first = try #require(try pulse(to: worker))
        #expect(first.epoch == 3 && first.reducers.isEmpty && first.silent == nil && first == coordinator.pulse)
        try expectSilence(towards: worker, knowing: first.number)

        let reducer = try coordinator.peer("reducer")
        let endpoint = try Endpoint("tcp://127.0.0.1:7401")
        try reducer.give(
            .reducerHello,
            ReducerHello(name: "reducer", host: "h", process: 1, program: "", endpoint: endpoint, folder: "/store", store: nil))
        #expect(try coordinator.works { coordinator.reducers.isComplete })
        try worker.give(sign(knowing: first.number))
        let second = try #require(try pulse(to: worker))
        #expect(second.number == first.number + 1 && second.reducers.map(\.endpoint) == [endpoint])
        try expectSilence(towards: worker, knowing: second.number)
        withExtendedLifetime((worker, reducer)) {}
    }

    @Test("keeps of a worker that the scheduler knows the scheduler's time, and forgets another that is silent for very long")
    func heard() throws {
        let worker = try coordinator.peer("worker")
        try worker.give(.workerHello, WorkerHello(worker: id, host: "h", process: 1, program: ""))
        #expect(try coordinator.works { coordinator.workers[id] != nil })
        let heard = try #require(coordinator.workers[id]?.heard)
        #expect(eventually { coordinator.now > heard })
        try worker.give(sign(knowing: 1))
        #expect(try coordinator.works { (coordinator.workers[id]?.heard ?? heard) > heard })
        // As if it had come ages ago.
        let identity = try #require(coordinator.workers[id]?.identity)
        let ages = (coordinator.settings.policy.leaseTimeout + 1) * (coordinator.settings.policy.forgetsAfter + 1)
        coordinator.workers[id] = WorkerContact(identity: identity, heard: SchedulerTime(milliseconds: -ages))
        #expect(try coordinator.works { coordinator.workers[id] == nil })
        withExtendedLifetime(worker) {}
    }
}
