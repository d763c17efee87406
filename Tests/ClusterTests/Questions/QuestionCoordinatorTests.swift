import Analysis
import Foundation
import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("A process with a question", .serialized)
struct QuestionCoordinatorTests {
    private static let offer = WorkerOffer(host: "lab-7", process: 4_711, memory: 1 << 30, threads: 1, bundles: [[0]])
    let question: QuestionFolder

    init() throws { question = try QuestionFolder() }

    /// The socket of a worker that has come and takes leases.
    private func worker(_ name: String, _ coordinator: QuestionCoordinator, leases: Int = 1) throws -> MessageSocket {
        let socket = try come(name, coordinator)
        let identity = coordinator.work.identity
        try socket.give(.workerReady, WorkerReady(worker: WorkerID(name), offer: Self.offer, leases: leases, question: identity))
        return socket
    }

    /// The socket of a worker that has come and was told the question.
    private func come(_ name: String, _ coordinator: QuestionCoordinator) throws -> MessageSocket {
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: name)
        let socket = try MessageSocket(.dealer, in: coordinator.settings.messages, security: .privateFolder, options: options)
        try socket.connect(coordinator.endpoint)
        try socket.give(.workerHello, WorkerHello(worker: WorkerID(name), host: "lab-7", process: 4_711, program: "0.1.0"))
        _ = try self.next(.inquiry, socket, coordinator)
        return socket
    }

    /// The next message of a kind; others are passed over.
    private func next(_ kind: MessageKind, _ socket: MessageSocket, _ coordinator: QuestionCoordinator) throws -> IncomingMessage {
        var found: IncomingMessage?
        let hasCome = try coordinator.works {
            while found == nil, let reception = try socket.receive() {
                if case .message(let message) = reception, message.kind == kind { found = message }
            }
            return found != nil
        }
        try #require(hasCome)
        return try #require(found)
    }

    private func answer(
        _ grant: LeaseGrant, to question: Digest, by worker: String, size: Int, change: (inout [Double]) -> Void = { _ in }
    ) -> (BatchAnswer, [PayloadFrame]) {
        var sums = [Double](repeating: 1, count: grant.rows * size)
        change(&sums)
        return BatchAnswer.message(
            PredictionRows(count: grant.rows, tokens: grant.context - 2, sums: sums), to: question, grant.lease.tasks[0],
            under: grant.lease.id, by: WorkerID(worker))
    }

    @Test("gives a batch up that fails as often as it may, has all others computed, and says where and why it failed")
    func failing() throws {
        let error = try #require(throws: ClusterError.self) {
            try question.ask(retries: 2) { coordinator in
                let socket = try worker("w", coordinator)
                let size = (1 + coordinator.work.question.conditions.count) * coordinator.work.question.measures.count
                while coordinator.outcome == nil {
                    // Leases end by themselves once all is settled.
                    var grant: LeaseGrant?
                    _ = try coordinator.works {
                        while grant == nil, let reception = try socket.receive() {
                            if case .message(let message) = reception, message.kind == .lease { grant = try message.body() }
                        }
                        return grant != nil || coordinator.outcome != nil
                    }
                    guard let grant else { continue }
                    if grant.lease.shard == 3 {
                        let failure = TaskFailure(kind: .error, worker: WorkerID("w"), host: "lab-7", reason: "no memory")
                        try socket.give(.taskFailed, TaskTrouble(lease: grant.lease.id, task: grant.lease.tasks[0], failure: failure))
                    } else {
                        let (body, payload) = answer(grant, to: coordinator.work.identity, by: "w", size: size)
                        try socket.give(.answer, body, payload)
                    }
                }
                #expect(coordinator.outcome == .incomplete([TaskID(shard: 3, group: 0)]))
                throw ClusterError.batchesFailed(
                    count: 1, batch: 3, reason: coordinator.reason(of: TaskID(shard: 3, group: 0)) ?? "")
            }
        }
        #expect(error.message.contains("batch 3: no memory (lab-7, worker w)"), "\(error.message)")
        let kept = try Folder.names(in: question.answer().appending("batches")).sorted()
        #expect(kept == ["0.npz", "1.npz", "2.npz", "4.npz"])
        #expect(question.log.contains("batch 3 is given up"))
    }

    @Test("takes only answers of its question, of the batch's size, with their checksum, in the worker's own name, and acknowledges them")
    func hostile() throws {
        let stopped = ClusterError.cancelled("the test")
        #expect(throws: stopped) {
            try question.ask { coordinator in
                let socket = try worker("w", coordinator)
                let size = (1 + coordinator.work.question.conditions.count) * coordinator.work.question.measures.count
                let grant = try next(.lease, socket, coordinator).body(as: LeaseGrant.self)
                let identity = coordinator.work.identity
                var bad = [
                    answer(grant, to: Digest(of: "other"), by: "w", size: size), answer(grant, to: identity, by: "other", size: size),
                    answer(grant, to: identity, by: "w", size: size + 1),
                ]
                let (body, _) = answer(grant, to: identity, by: "w", size: size)
                let (_, others) = answer(grant, to: identity, by: "w", size: size) { $0[0] = 2 }
                bad.append((body, others))
                for (body, payload) in bad {
                    let before = coordinator.socket.counters.snapshot.allRefused
                    try socket.give(.answer, body, payload)
                    #expect(try coordinator.works { coordinator.socket.counters.snapshot.allRefused == before + 1 })
                }
                #expect(coordinator.kept.isEmpty)
                let again = try next(.lease, socket, coordinator).body(as: LeaseGrant.self)
                let (right, payload) = answer(again, to: identity, by: "w", size: size)
                // Twice: the acknowledgement may have been lost.
                for _ in 0..<2 {
                    try socket.give(.answer, right, payload)
                    // Those of the bad answers may still be on their way.
                    var acknowledged: LeaseID?
                    repeat {
                        acknowledged = try next(.revoke, socket, coordinator).body(as: LeaseID.self)
                    } while acknowledged == grant.lease.id
                    #expect(acknowledged == right.lease)
                }
                #expect(coordinator.kept.count == 1)
                throw stopped
            }
        }
        #expect(try Folder.names(in: question.answer().appending("batches")).count == 1)
    }

    @Test("ends with both names where two workers computed different sums of a batch, and keeps neither")
    func disagreement() throws {
        let error = try #require(throws: ClusterError.self) {
            try question.ask { coordinator in
                let (first, second) = (try worker("w", coordinator), try worker("v", coordinator))
                let size = (1 + coordinator.work.question.conditions.count) * coordinator.work.question.measures.count
                let grant = try next(.lease, first, coordinator).body(as: LeaseGrant.self)
                _ = try next(.lease, second, coordinator)
                let (body, payload) = answer(grant, to: coordinator.work.identity, by: "w", size: size)
                try first.give(.answer, body, payload)
                #expect(try coordinator.works { coordinator.kept.count == 1 })
                let (other, others) = answer(grant, to: coordinator.work.identity, by: "v", size: size) { $0[3] = 2 }
                try second.give(.answer, other, others)
                _ = try coordinator.works { false }
            }
        }
        #expect(error.message.contains("w and v computed different sums of batch 0"), "\(error.message)")
        #expect(try Folder.names(in: question.answer().appending("batches")).isEmpty)
    }

    @Test("forgets a worker that opens the question for ages and says nothing, and knows it again as soon as it speaks")
    func silent() throws {
        let stopped = ClusterError.cancelled("the test")
        #expect(throws: stopped) {
            try question.ask { coordinator in
                var options = SocketOptions()
                options.identity = RoutingIdentity(named: "w")
                let socket = try MessageSocket(.dealer, in: coordinator.settings.messages, security: .privateFolder, options: options)
                try socket.connect(coordinator.endpoint)
                let id = WorkerID("w")
                let hello = WorkerHello(worker: id, host: "lab-7", process: 4_711, program: "0.1.0")
                for _ in 0..<2 {
                    try socket.give(.workerHello, hello)
                    _ = try next(.inquiry, socket, coordinator)
                    let identity = try #require(coordinator.workers[id]?.identity)
                    // As if it had come ages ago.
                    let ages = (coordinator.settings.policy.leaseTimeout + 1) * (coordinator.settings.policy.forgetsAfter + 1)
                    coordinator.workers[id] = WorkerContact(identity: identity, heard: SchedulerTime(milliseconds: -ages))
                    #expect(try coordinator.works { coordinator.workers[id] == nil })
                }
                throw stopped
            }
        }
    }

    @Test("says which worker cannot open the question, and why")
    func unfit() throws {
        let stopped = ClusterError.cancelled("the test")
        let unfit = KernelsError.familyNotSupported(.skylakex, processor: "Old Xeon", missing: ["AVX-512"])
        #expect(throws: stopped) {
            try question.ask { coordinator in
                let worker = try question.worker("unfit") { $0.selectKernels = { _ in throw unfit } }
                #expect(try coordinator.works { worker.outcome != nil && question.log.contains("cannot open the question") })
                #expect(question.log.contains("worker unfit has left, it cannot open the question: \(unfit.message)"))
                throw stopped
            }
        }
    }

    @Test("ends with what workers say where none can use the question, after as many attempts as a batch has")
    func unusable() throws {
        let error = try #require(throws: ClusterError.self) {
            try question.ask(retries: 2) { coordinator in
                let socket = try come("w", coordinator)
                // What is said of another question says nothing of this one.
                let before = InquiryRefusal(worker: WorkerID("w"), question: Digest(of: "the question before"), reason: "no")
                for _ in 1...3 { try socket.give(.inquiryRefused, before) }
                let refusal = InquiryRefusal(worker: WorkerID("w"), question: nil, reason: "its row is none of the corpus")
                for attempt in 1...2 {
                    try socket.give(.inquiryRefused, refusal)
                    #expect(try coordinator.works { coordinator.inquiriesRefused == attempt })
                }
            }
        }
        let expected = ClusterError.questionUnusable(attempts: 2, worker: "w", reason: "its row is none of the corpus")
        #expect(error == expected && expected.exitStatus == .software)
        #expect(question.log.contains("worker w cannot use the question: its row is none of the corpus"))
    }

    @Test("goes on where one worker cannot use the question that another one has opened, and takes nobody's word in another's name")
    func unusableForOne() throws {
        let stopped = ClusterError.cancelled("the test")
        #expect(throws: stopped) {
            try question.ask(retries: 1) { coordinator in
                let socket = try come("v", coordinator)
                let before = coordinator.socket.counters.snapshot.allRefused
                try socket.give(.inquiryRefused, InquiryRefusal(worker: WorkerID("w"), question: nil, reason: "no"))
                #expect(try coordinator.works { coordinator.socket.counters.snapshot.allRefused == before + 1 })
                let other = try worker("w", coordinator)
                _ = try next(.lease, other, coordinator)
                for attempt in 1...3 {
                    try socket.give(.inquiryRefused, InquiryRefusal(worker: WorkerID("v"), question: nil, reason: "no"))
                    #expect(try coordinator.works { coordinator.inquiriesRefused == attempt })
                }
                throw stopped
            }
        }
    }

    @Test("says what it waits for and what its workers do, and turns reducers away")
    func status() throws {
        let stopped = ClusterError.cancelled("the test")
        #expect(throws: stopped) {
            try question.ask { coordinator in
                #expect(try coordinator.works { coordinator.status.waitingBecause?.contains("there is no worker") == true })
                let socket = try worker("w", coordinator)
                _ = try next(.lease, socket, coordinator)
                let status = coordinator.status
                #expect(status.tokens == QuestionFolder.rows * 16 && status.tokensDone == 0 && status.tasks["running"] == 1)
                #expect(status.workers.map(\.state) == ["computing"] && status.workers[0].host == "lab-7" && status.outcome == nil)
                // Also before it has said that it has begun.
                #expect(status.workers[0].shard != nil && status.workers[0].seconds != nil)
                #expect(coordinator.reply(to: .cancel).refusal != nil)
                #expect(coordinator.reply(to: .explain(TaskID(shard: 4, group: 0))).explanation?.phase == .waiting)
                let endpoint = try Endpoint("tcp://node7:7401")
                try socket.give(
                    .reducerHello,
                    ReducerHello(name: "r", host: "h", process: 1, program: "0", endpoint: endpoint, folder: "/data", store: nil))
                #expect(try next(.turnedAway, socket, coordinator).body(as: TurnedAway.self).reason.contains("takes no reducers"))
                throw stopped
            }
        }
    }
}
