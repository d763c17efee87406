import Kernels
import Logging
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Synchronization
import SystemPackage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A cluster with dishonest peers", .serialized)
struct HostileClusterTests {
    let folder: TemporaryFolder
    let keys: KeyFolder
    private let configuration: Configuration
    let log = RecordedLog()

    init() throws {
        folder = try TemporaryFolder()
        keys = try KeyFolder.create(at: folder.file("keys"))
        configuration = try TinyPlan(in: folder).plan.configuration
    }

    /// Coordinates a run on a thread of its own; the result comes when it is over.
    func coordinate(
        _ run: RunFolder, metrics: MetricsBoard? = nil, _ change: @escaping @Sendable (inout SchedulerPolicy) -> Void
    ) -> CoordinatedRun {
        CoordinatedRun { [configuration, log, keys] in
            let messages = try MessageContext()
            let endpoint = try Endpoint("tcp://127.0.0.1:*")
            let security = try ClusterSecurity(keys: keys.path, isInsecure: false).coordinator(endpoint, in: messages, logger: log.logger)
            var settings = CoordinatorSettings(endpoint: endpoint, security: security, messages: messages)
            change(&settings.policy)
            settings.heartbeat = 200
            settings.metrics = metrics
            let context = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
            try context.files.createFolder(run.path)
            let placement = ClusterPlacement(reducers: 2, workerMemory: 1 << 30)
            return try CoordinatorJob(
                configuration: configuration, folder: run, placement: placement, settings: settings, context: context
            ).run { _ in try analysedHash(run) }
        }
    }

    func reducer(_ index: Int, _ coordinator: Endpoint, logger: Logger? = nil) throws -> RunningReducer {
        let context = try MessageContext()
        let listen = try Endpoint("tcp://127.0.0.1:*")
        let security = ClusterSecurity(keys: keys.path, isInsecure: false)
        let settings = ReducerSettings(
            coordinator: coordinator, listen: listen, store: folder.file("store\(index)"),
            coordinatorSecurity: try security.client(coordinator, as: .reducer),
            listenSecurity: try security.reducer(listen, in: context, logger: log.logger))
        return try RunningReducer(settings, in: context, logger: logger)
    }

    func worker(_ name: String, _ coordinator: Endpoint) throws -> WorkerSettings {
        var settings = WorkerSettings(coordinator: coordinator, memory: 1 << 30, threads: 1, security: try keys.client(as: .worker))
        settings.name = WorkerID(name)
        settings.scratch = folder.file("scratch")
        settings.modelCache = folder.file("cache")
        return settings
    }

    /// The hash of the same run in one process.
    func calmHash() throws -> String {
        let calm = RunFolder(folder.file("calm"))
        let context = JobContext(team: ThreadTeam(count: 1))
        return try RunJob(configuration: configuration, folder: calm, context: context).run { _ in try analysedHash(calm) }
    }

    /// Where a run's coordinator listens.
    func endpoint(of coordinated: CoordinatedRun, _ run: RunFolder) throws -> Endpoint {
        var found: Endpoint?
        _ = try eventually {
            found = try ClusterClient.endpoint(of: run)
            return found != nil || coordinated.result != nil
        }
        return try #require(found, "\(String(describing: coordinated.result))")
    }

    @Test("audits find a worker that computes false integers, and the run's bits are those of one process")
    func liar() throws {
        let expected = try calmHash()
        let run = RunFolder(folder.file("out"))
        let coordinated = coordinate(run) { policy in
            policy.audit = 1
            // However slow the machine is: two others come.
            policy.auditPatience = 3_600_000
        }
        let endpoint = try endpoint(of: coordinated, run)
        let reducers = try (0..<2).map { try reducer($0, endpoint) }
        let liar = LyingWorker(try worker("liar", endpoint))
        // It has brought false numbers of a task before anybody else comes.
        try #require(comesTrue { log.contains("is done") })
        let honest = try (0..<2).map { WorkerRun(try worker("honest\($0)", endpoint)) }
        #expect(comesTrue { coordinated.result != nil })
        #expect(try coordinated.result?.get() == expected, "\(log.lines.suffix(20))")
        #expect(log.lines.contains { $0.contains("worker liar@") && $0.contains("is given nothing more") }, "\(log.lines.suffix(20))")
        #expect(!log.lines.contains { $0.contains("worker honest") && $0.contains("is given nothing more") })
        for reducer in reducers { #expect(try reducer.stopped() == .complete) }
        liar.end()
        for worker in honest { #expect(eventually { worker.outcome != nil }) }
    }

    @Test("a parcel with damaged bytes is refused, another worker computes its task, and the bits are those of one process")
    func damaged() throws {
        let refused = try refusal(of: .damagedBytes)
        let target = try #require(refused.liar.damaged)
        // Which reducer has which index is decided by who came first.
        #expect(refused.broken.sorted().first == 0)
        for (task, failure) in refused.failures {
            #expect(task == target.task && failure.worker.name.hasPrefix("liar@"))
            #expect(failure.reason.hasPrefix("reducer \(target.reducer) refused its numbers 3 times: "), "\(failure.reason)")
        }
        refused.expectOthers(made: target.task)
    }

    @Test("a parcel that no shard can bring is refused, its reducers live, another worker computes its task, and the bits are right")
    func impossible() throws {
        let refused = try refusal(of: .impossibleNumbers)
        let target = try #require(refused.liar.impossible)
        for (task, failure) in refused.failures {
            #expect(task == target && failure.worker.name.hasPrefix("liar@"))
            #expect(failure.reason.contains("refused its numbers 3 times: "), "\(failure.reason)")
            #expect(failure.reason.contains(ImpossibleNumbers.chunks.reason), "\(failure.reason)")
        }
        refused.expectOthers(made: target)
    }

    /// A run in which reducers have refused the numbers of a lying worker, and an honest one came then.
    private struct Refusal {
        let liar: LyingWorker
        /// Parcels that each reducer has refused.
        let broken: [Int]
        let records: [SchedulerRecord]

        var failures: [(task: TaskID, failure: TaskFailure)] {
            records.compactMap { record in
                if case .attemptFailed(let task, _, let failure) = record { (task, failure) } else { nil }
            }
        }

        /// The task was done by the honest worker. On a busy machine the other one may have had it once more: reducers that have its numbers
        /// take no others, and say so.
        func expectOthers(made target: TaskID) {
            let makers = records.compactMap { record -> String? in
                if case .taskDone(target, let worker, _) = record { worker.name } else { nil }
            }
            #expect(makers.first?.hasPrefix("honest@") == true, "\(makers)")
        }
    }

    /// Plays such a run to its end; its bits are those of one process.
    private func refusal(of lie: LyingWorker.Lie) throws -> Refusal {
        let expected = try calmHash()
        let run = RunFolder(folder.file("out"))
        let coordinated = coordinate(run) { policy in
            // Until somebody else comes the task comes to nothing again and again.
            policy.retries = .max
            policy.backoff = 50
            policy.longestBackoff = 500
        }
        let endpoint = try endpoint(of: coordinated, run)
        let reducers = try (0..<2).map { try reducer($0, endpoint) }
        let liar = LyingWorker(try worker("liar", endpoint), lie)
        try #require(comesTrue { log.contains("came to nothing on liar@") }, "\(log.lines.suffix(20))")
        let honest = WorkerRun(try worker("honest", endpoint))
        #expect(comesTrue { coordinated.result != nil })
        #expect(try coordinated.result?.get() == expected, "\(log.lines.suffix(20))")
        for reducer in reducers { #expect(try reducer.stopped() == .complete) }
        #expect(eventually { honest.outcome != nil })
        liar.end()

        let refusal = Refusal(
            liar: liar, broken: reducers.map(\.process.counters.snapshot.broken),
            records: try Ledger(reading: Ledger.path(in: run)).entries().map(\.record))
        #expect(refusal.broken.contains { $0 >= 3 })
        #expect(!refusal.failures.isEmpty)
        return refusal
    }
}

/// A coordinator on a thread of its own.
final class CoordinatedRun: Sendable {
    private let end = Mutex<Result<String, any Error>?>(nil)

    init(_ body: @escaping @Sendable () throws -> String) {
        _ = OwnThread { [self] in
            let result = Result { try body() }
            end.withLock { $0 = result }
        }
    }

    /// What came of it; nil while it runs.
    var result: Result<String, any Error>? { end.withLock { $0 } }
}
