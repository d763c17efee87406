import Analysis
import Scheduling
import Statistics
import Storage

@testable import Cluster
@testable import Pipeline
@testable import Scheduling

extension FuzzTarget {
    private static let worker = WorkerID("node7-4711-5f3a09c2")
    private static let task = TaskID(shard: 1, group: 0)
    private static let digest = Digest(of: "numbers")
    private static let parcel = ParcelID(task: task, digest: digest)
    private static let key = SectionKey(kind: .block, index: 1, stratum: 0)

    /// A reader of a message's body: what it takes survives being written and read again, and does no harm to who acts on it.
    ///
    /// - Parameter others: kinds of messages with the same body.
    private static func body<Body: Codable & Sendable>(
        _ kind: MessageKind, and others: [MessageKind] = [], _ examples: Body...,
        then act: @escaping @Sendable (Body) throws -> Void = { _ in }
    ) throws -> FuzzTarget {
        let texts = try examples.map { try JSONFile.encode($0, isPretty: false) }
        return FuzzTarget(name: "\(Body.self)", examples: texts, kinds: [kind] + others) { bytes in
            let frames = try [MessageHeader(kind: kind).bytes, bytes].map { try ReceivedFrame(copying: $0) }
            let value: Body
            do {
                value = try IncomingMessage(frames, from: nil, MessageLimits()).body()
            } catch let refusal as MessageRefusal {
                guard refusal.description.utf8.allSatisfy({ $0 >= 0x20 }) else { throw FuzzFinding("a refusal of several lines") }
                return false
            }
            let once = try JSONFile.encode(value, isPretty: false)
            let again = try once.withUnsafeBytes { try JSONFile.decode(Body.self, from: $0, of: "again") }
            guard try JSONFile.encode(again, isPretty: false) == once else { throw FuzzFinding("it changes when it is read again") }
            try act(value)
            return true
        }
    }

    /// The same of a worker's heartbeat, which is no JSON.
    private static func heartbeat(
        _ example: WorkerHeartbeat, then act: @escaping @Sendable (WorkerHeartbeat) throws -> Void
    ) -> FuzzTarget {
        FuzzTarget(name: "WorkerHeartbeat", examples: [OutgoingMessage(.heartbeat, example).body], kinds: [.heartbeat]) { bytes in
            func read(_ bytes: [UInt8]) throws -> WorkerHeartbeat {
                let frames = try [MessageHeader(kind: .heartbeat).bytes, bytes].map { try ReceivedFrame(copying: $0) }
                return try IncomingMessage(frames, from: nil, MessageLimits()).body()
            }
            let value: WorkerHeartbeat
            do {
                value = try read(bytes)
            } catch let refusal as MessageRefusal {
                guard refusal.description.utf8.allSatisfy({ $0 >= 0x20 }) else { throw FuzzFinding("a refusal of several lines") }
                return false
            }
            let once = OutgoingMessage(.heartbeat, value).body
            guard OutgoingMessage(.heartbeat, try read(once)).body == once else { throw FuzzFinding("it changes when it is read again") }
            try act(value)
            return true
        }
    }

    /// A scheduler with a worker that has a lease.
    private static func scheduler() -> TaskScheduler {
        var policy = SchedulerPolicy()
        policy.audit = 0.5
        var scheduler = TaskScheduler(shards: [0, 1, 2, 3], groups: 3, policy: policy, epoch: 1)
        let offer = WorkerOffer(host: "h", process: 1, memory: 1 << 30, threads: 1, bundles: [[0, 1, 2]])
        for event in [SchedulerEvent.resumed, .workerJoined(worker, offer), .workerReady(worker, leases: 2)] {
            _ = scheduler.handle(event, at: .zero)
        }
        return scheduler
    }

    /// What a scheduler makes of an event, and of the time after it.
    private static func schedule(_ events: SchedulerEvent..., on scheduler: TaskScheduler) throws {
        var scheduler = scheduler
        for event in events + [.tick] { _ = scheduler.handle(event, at: SchedulerTime(milliseconds: 1_000)) }
        _ = scheduler.handle(.tick, at: SchedulerTime(milliseconds: 10_000_000))
        for task in scheduler.taskIDs { _ = scheduler.explanation(of: task, at: SchedulerTime(milliseconds: 10_000_001)) }
    }

    /// The bodies of all messages.
    static func bodies(_ tiny: TinyPlan) throws -> [FuzzTarget] {
        let scheduler = scheduler()
        let row = RowPlace(index: 3, domain: 0)
        let lease = LeaseID(epoch: 1, number: 0)
        let endpoint = try Endpoint("tcp://node7:7401")
        let address = ReducerAddress(index: 0, endpoint: endpoint, key: try KeyPair.generate().publicKey)
        let failure = TaskFailure(kind: .error, worker: worker, host: "node7", reason: "no memory", log: ["a line"])
        let offer = ParcelOffer(
            parcel: parcel, worker: worker, sections: [.init(key: key, checksum: digest)], elsewhere: [digest], bytes: 4_096)
        let workerOffer = WorkerOffer(host: "node7", process: 4_711, memory: 8 << 30, threads: 4, bundles: [[0, 2], [1]])
        let identity = StoreIdentity(plan: digest, index: 1)
        let (request, flush) = try FlushRequest.message(
            round: 1, .init(verdicts: [.release(parcel)], wrong: [.init(task: task, worker: worker)]))
        let (end, ending) = try LongBody.frames(of: RunOutcome.incomplete([task]))
        let (answer, _) = BatchAnswer.message(
            PredictionRows(count: 2, tokens: 14, sums: (0..<20).map { Double($0) }), to: digest, task, under: lease, by: worker)
        let (inquiry, _) = try tiny.inquiry()
        let asked = try AskedQuestion(TinyPlan.question(), rows: 2, of: tiny.plan, in: tiny.run.folder, runTokens: nil)
        let (ask, asking) = try Ask.message(asked)
        let (sums, _) = SumsFrames.message(PredictionRows(count: 2, tokens: 14, sums: (0..<20).map { Double($0) }))
        let status = ClusterStatus(
            run: "demo", plan: digest, outcome: nil, waitingBecause: "there is no worker", tokens: 4_096, tokensDone: 128,
            tokensPerSecond: 880.5, secondsLeft: 5, tasks: ["done": 1, "waiting": 11],
            workers: [
                .init(
                    name: worker.name, host: "node7", process: 4_711, threads: 4, memory: 8 << 30, residentBytes: 1 << 30,
                    peakResidentBytes: 2 << 30, state: "computing", shard: 1, seconds: 3, tokensPerSecond: 880.5, done: 1, failures: 0,
                    silentSeconds: 1)
            ],
            reducers: [
                .init(
                    index: 0, host: "node8", store: "node8:/data", process: 1, silentSeconds: 0, groups: 2, stagedParcels: 1,
                    stagedBytes: 2, bytesInFlight: 3, offersWaiting: 4, folded: 5, receivedBytes: 6, pausedBecause: nil, hasEnded: nil)
            ],
            failed: [.init(task: "1.0", reason: "no memory", failures: [failure])], logsLeftOut: nil, disagreements: 0,
            dropped: ["body": 1], connectionsLost: 2, questions: .init(answered: 3, failed: 1, waiting: 2))
        var plan = tiny.plan
        plan.reducers = TinyPlan.owners
        guard let rules = ParcelRules(plan, reducer: 0) else { throw FuzzFinding("the plan has no reducer 0") }
        let toCoordinator = [
            try body(.workerHello, WorkerHello(worker: worker, host: "node7", process: 4_711, program: "0.1.0")),
            try body(
                .workerReady, WorkerReady(worker: worker, offer: workerOffer, leases: 2),
                WorkerReady(worker: worker, offer: workerOffer, leases: 2, question: digest)
            ) {
                try schedule(.workerJoined($0.worker, $0.offer), .workerReady($0.worker, leases: $0.leases), on: scheduler)
            },
            heartbeat(
                WorkerHeartbeat(
                    pulse: 3, leases: [lease], computing: lease, tokensPerSecond: 880.5, residentBytes: 1 << 30,
                    peakResidentBytes: 2 << 30, parcelBytes: 0, parcels: [0: 3, 1: 1], log: ["info: a"])
            ) {
                try schedule(.heartbeat(worker, leases: $0.leases, computing: $0.computing, log: $0.log ?? []), on: scheduler)
                // What `status` prints of it.
                _ = (Int($0.tokensPerSecond), $0.residentBytes + $0.peakResidentBytes + $0.parcelBytes)
                _ = $0.parcels.values.reduce(0, +)
            },
            try body(.taskDone, TaskReport(worker: worker, lease: lease, task: task, digest: digest)) {
                try schedule(.taskDone($0.worker, $0.lease, $0.task, $0.digest), on: scheduler)
            },
            try body(.answer, answer) {
                // Whatever it says that it holds, nothing is taken of what does not.
                guard (try? $0.sums(in: [], rows: 2, tokens: 14, size: 10)) == nil else { throw FuzzFinding("sums of no bytes") }
                try schedule(.taskDone($0.worker, $0.lease, $0.task, $0.checksum), on: scheduler)
            },
            try body(.inquiryRefused, InquiryRefusal(worker: worker, question: digest, reason: "its row is none of the corpus")),
            try body(.taskFailed, TaskTrouble(lease: lease, task: task, failure: failure)) {
                try schedule(.taskFailed($0.lease, $0.task, $0.failure), on: scheduler)
            },
            try body(.leaseReturned, and: [.revoke], lease) { try schedule(.leaseReturned(worker, $0), on: scheduler) },
            try body(.draining, and: [.left], worker) { try schedule(.workerDraining($0), .workerLeft($0), on: scheduler) },
            try body(.modelRequest, ModelRequest(model: digest, file: "model.safetensors", offset: 1 << 22)),
            try body(
                .reducerHello,
                ReducerHello(
                    name: "node8-1-aa", host: "node8", process: 1, program: "0.1.0", endpoint: endpoint, folder: "/data", store: identity)),
            try body(
                .reducerHeartbeat,
                ReducerHeartbeat(
                    index: 0, stagedParcels: 1, stagedBytes: 2, bytesInFlight: 3, offersWaiting: 4, parcelsFolding: 5, folded: 6,
                    receivedBytes: 7, pausedBecause: "no space")
            ) { _ = $0.stagedBytes + $0.bytesInFlight + $0.receivedBytes + $0.folded + $0.stagedParcels },
            try body(.inventory, Inventory(index: 0, round: 1 << 20, bytes: 812)),
            try body(.disagreement, ShardDisagreement(section: key, shard: 1, workers: [worker, WorkerID("b")], parcel: parcel)) {
                guard let held = $0.workers.first, let offered = $0.workers.last, let parcel = $0.parcel else { return }
                try schedule(.contradicted(parcel.task, held: held, offered: offered, parcel.digest), on: scheduler)
            },
            try body(.filePiece, FilePiece(file: .section(key), offset: 0, total: 1 << 20, digest: digest)),
            try body(
                .summaries, SummariesReport(index: 0, round: 3, done: [0, 2], trouble: .init(reason: "no space", isFinal: false))),
            try body(.statusRequest, StatusRequest(), StatusRequest(coordinator: "a1")),
            try body(.ask, ask, Ask(about: asked)) {
                _ = $0.key
                guard (try? $0.content(in: [], of: tiny.plan, in: tiny.run.folder)) == nil else {
                    throw FuzzFinding("a question of no bytes")
                }
            },
            FuzzTarget(name: "ask's frames", examples: [asking[0].bytes]) { bytes in
                do {
                    _ = try ask.content(in: [try ReceivedFrame(copying: bytes)], of: tiny.plan, in: tiny.run.folder).sumsOfRow
                    return true
                } catch is MessageRefusal {
                    return false
                }
            },
            try body(.withdrawn, digest),
            try body(.sumsRequest, SumsRequest(question: digest, batch: 3)),
            try body(
                .control, ControlOrder(.cancel), ControlOrder(.retry([task]), coordinator: "a1"), ControlOrder(.retry(nil)),
                ControlOrder(.explain(task))),
        ]
        let fromCoordinator = [
            try body(
                .welcome,
                Welcome(run: "demo", plan: digest, epoch: 1, heartbeat: 2_000, reducers: [address], owners: [0, 1, 0], firstRow: row)),
            try body(.inquiry, inquiry) {
                guard (try? $0.content(in: [], for: tiny.run.folder)) == nil else { throw FuzzFinding("a question of no bytes") }
            },
            try body(
                .questionStanding, QuestionStanding(question: digest, phase: .unknown),
                QuestionStanding(
                    question: digest, phase: .current, ahead: 1, rowsDone: 128, waitingBecause: "there is no worker",
                    failure: TurnedAway(reason: "no", remedy: "go", status: 69))),
            try body(.keptSums, KeptSums(question: digest, batch: 3, sums: sums)) {
                guard (try? $0.sums.sums(of: .keptSums, in: [], rows: 2, tokens: 14, size: 10)) == nil else {
                    throw FuzzFinding("sums of no bytes")
                }
            },
            try body(.turnedAway, TurnedAway(reason: "no", remedy: "go", status: 69)),
            try body(.otherCoordinator, OtherCoordinator(run: "demo")),
            try body(.status, status) {
                // What is printed of it.
                _ = (100 * $0.tokensDone, Int($0.tokensPerSecond ?? 0), $0.workers.map { Int($0.tokensPerSecond) })
                _ = $0.tasks.values.reduce(0, +) + $0.dropped.values.reduce(0, +)
            },
            try body(.pulse, Pulse(epoch: 1, number: 2, reducers: [address], silent: [0])),
            try body(.finished, LongBody(bytes: 100)) {
                // Whatever it says that it holds, nothing is taken of what does not.
                guard (try? $0.value(of: .finished, in: []) as RunOutcome) == nil else { throw FuzzFinding("an outcome of no bytes") }
            },
            try body(.modelPiece, ModelPiece(model: digest, files: [.init(name: "config.json", bytes: 300)], file: nil, offset: 0)),
            try body(
                .assignment,
                Assignment(store: identity, groups: [0, 2], epoch: 1, heartbeat: 2_000, audits: AuditRule(share: 0.01, salt: "5f3a09c2"))
            ) { _ = $0.audits.contains(task) },
            try body(.verdict, Verdict.release(parcel), .discard(parcel)) {
                var machine = ReducerMachine(policy: ReducerPolicy(), audits: AuditRule(share: 1), staged: [offer])
                switch $0 {
                case .release(let parcel): _ = machine.handle(.released(parcel), at: .zero)
                case .discard(let parcel): _ = machine.handle(.discarded(parcel), at: .zero)
                }
            },
            try body(.flush, FlushRequest(round: 1 << 20, bytes: 100)),
            FuzzTarget(name: "finished's frames", examples: [ending[0].bytes]) { bytes in
                do {
                    let outcome: RunOutcome = try end.value(of: .finished, in: [try ReceivedFrame(copying: bytes)])
                    if case .incomplete(let tasks) = outcome { _ = tasks.map(\.description) }
                    return true
                } catch is MessageRefusal {
                    return false
                }
            },
            FuzzTarget(name: "flush's frames", examples: [flush[0].bytes]) { bytes in
                do {
                    let news = try FlushRequest(round: 1, bytes: request.bytes).news(in: [try ReceivedFrame(copying: bytes)])
                    var machine = ReducerMachine(policy: ReducerPolicy(), staged: [offer])
                    let wrong = news.wrong.map { WrongNumbers(task: $0.task, worker: $0.worker, sections: [key]) }
                    _ = machine.handle(.flush(round: 1, wrong: wrong), at: .zero)
                    return true
                } catch is MessageRefusal {
                    return false
                }
            },
            try body(
                .fileRequest, FileRequest(file: .section(key), offset: 0, begins: true, known: digest),
                FileRequest(file: .findings(group: 1), offset: 4, begins: false, known: nil),
                FileRequest(file: .correlations(block: 2), offset: 0, begins: true, known: nil)),
            try body(.summarise, SummariseRequest(round: 3, folder: "/runs/demo", token: "5f3a09c2")),
            try body(
                .controlReply, ControlReply(tasks: 1, explanation: scheduler.explanation(of: task, at: .zero)),
                ControlReply(tasks: 0, explanation: nil, retry: scheduler.effect(ofRetrying: [task]))),
        ]
        let toReducer = [
            try body(.offer, offer) {
                _ = rules.problem(of: $0)
                var machine = ReducerMachine(policy: ReducerPolicy())
                for offer in [$0, $0.own] { _ = machine.handle(.offered(offer), at: .zero) }
                _ = machine.handle(.arrived($0.parcel, from: $0.worker), at: .zero)
                _ = machine.handle(.staged($0.parcel), at: .zero)
                _ = machine.handle(.flush(round: 1, wrong: []), at: .zero)
            },
            try body(.piece, ParcelPiece(parcel: parcel, worker: worker, offset: 0, total: 4_096)),
            try body(.invite, and: [.acknowledge], parcel),
            try body(.refuse, ParcelRefusal(parcel: parcel, reason: "its checksum")),
        ]
        return toCoordinator + fromCoordinator + toReducer
    }
}
