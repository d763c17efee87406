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
    private let folder: TemporaryFolder
    private let keys: KeyFolder
    private let configuration: Configuration
    private let log = RecordedLog()

    init() throws {
        folder = try TemporaryFolder()
        keys = try KeyFolder.create(at: folder.file("keys"))
        configuration = try TinyPlan(in: folder).plan.configuration
    }

    /// The hash of a run's statistics, which its analysis computes.
    private static func analyse(_ run: RunFolder) throws -> String {
        try AnalyzeRun(folder: run, isPatient: true, context: JobContext(team: ThreadTeam(count: 1))).run().summary.statisticsSHA256
    }

    /// Coordinates a run on a thread of its own; the result comes when it is over.
    private func coordinate(_ run: RunFolder, audit: Double) -> CoordinatedRun {
        CoordinatedRun { [configuration, log, keys] in
            let messages = try MessageContext()
            let endpoint = try Endpoint("tcp://127.0.0.1:*")
            let security = try ClusterSecurity(keys: keys.path, isInsecure: false).coordinator(endpoint, in: messages, logger: log.logger)
            var settings = CoordinatorSettings(endpoint: endpoint, security: security, messages: messages)
            settings.policy.audit = audit
            // However slow the machine is: two others come.
            settings.policy.auditPatience = 3_600_000
            settings.heartbeat = 200
            let context = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
            try context.files.createFolder(run.path)
            let placement = ClusterPlacement(reducers: 2, workerMemory: 1 << 30)
            return try CoordinatorJob(
                configuration: configuration, folder: run, placement: placement, settings: settings, context: context
            ).run { _ in try Self.analyse(run) }
        }
    }

    private func reducer(_ index: Int, _ coordinator: Endpoint) throws -> RunningReducer {
        let context = try MessageContext()
        let listen = try Endpoint("tcp://127.0.0.1:*")
        let security = ClusterSecurity(keys: keys.path, isInsecure: false)
        let settings = ReducerSettings(
            coordinator: coordinator, listen: listen, store: folder.file("store\(index)"),
            coordinatorSecurity: try security.client(coordinator, as: .reducer),
            listenSecurity: try security.reducer(listen, in: context, logger: log.logger))
        return try RunningReducer(settings, in: context)
    }

    private func worker(_ name: String, _ coordinator: Endpoint) throws -> WorkerSettings {
        var settings = WorkerSettings(coordinator: coordinator, memory: 1 << 30, threads: 1, security: try keys.client(as: .worker))
        settings.name = WorkerID(name)
        settings.scratch = folder.file("scratch")
        settings.modelCache = folder.file("cache")
        return settings
    }

    /// A run takes longer than one answer.
    private func comesTrue(_ condition: () -> Bool) -> Bool { (0..<6).contains { _ in eventually(condition) } }

    @Test("audits find a worker that computes false integers, and the run's bits are those of one process")
    func liar() throws {
        let context = JobContext(team: ThreadTeam(count: 1))
        let calm = RunFolder(folder.file("calm"))
        let expected = try RunJob(configuration: configuration, folder: calm, context: context).run { _ in try Self.analyse(calm) }

        let run = RunFolder(folder.file("out"))
        let coordinated = coordinate(run, audit: 1)
        var found: Endpoint?
        #expect(
            try eventually {
                found = try ClusterClient.endpoint(of: run)
                return found != nil || coordinated.result != nil
            })
        let endpoint = try #require(found, "\(String(describing: coordinated.result))")
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
