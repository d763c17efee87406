import Foundation
import Kernels
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("Workers of a run of principal columns", .serialized)
struct BasisClusterTests {
    @Test("get the directions from the coordinator, keep them by content hash, and compute the bits of one process")
    func fetched() throws {
        let folder = try TemporaryFolder()
        var changed = try TinyPlan.configuration(in: folder, rows: 32, shardRows: 8)
        var columns = PrincipalColumns()
        columns.components = 5
        changed.columns = .principal(columns)
        let configuration = changed
        let calm = RunFolder(folder.file("calm"))
        let job = JobContext(team: ThreadTeam(count: 1))
        let expected = try RunJob(configuration: configuration, folder: calm, context: job).run { _ in try analysedHash(calm) }
        let digest = try #require(RunPlan.read(calm.plan).numbers.basis?.digest)

        let run = RunFolder(folder.file("out"))
        let endpoint = try Endpoint(ipc: folder.file("c"))
        let log = RecordedLog()
        let coordinated = CoordinatedRun {
            var settings = CoordinatorSettings(endpoint: endpoint, security: .privateFolder, messages: try MessageContext())
            settings.heartbeat = 200
            let context = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
            try context.files.createFolder(run.path)
            return try CoordinatorJob(
                configuration: configuration, folder: run, placement: ClusterPlacement(reducers: 1, workerMemory: 1 << 30),
                settings: settings, context: context
            ).run { _ in try analysedHash(run) }
        }
        let reducer = try RunningReducer(
            ReducerSettings(
                coordinator: endpoint, listen: try Endpoint(ipc: folder.file("r")), store: folder.file("store"),
                coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder))
        var settings = WorkerSettings(coordinator: endpoint, memory: 1 << 30, threads: 1, security: .privateFolder)
        settings.scratch = folder.file("scratch")
        settings.modelCache = folder.file("cache")
        let worker = WorkerRun(settings)
        #expect(comesTrue { coordinated.result != nil })
        #expect(try coordinated.result?.get() == expected, "\(log.lines.suffix(20))")
        #expect(!log.contains("failed"), "\(log.lines.suffix(20))")
        #expect(try reducer.stopped() == .complete)
        #expect(eventually { worker.outcome != nil })
        let plan = try RunPlan.read(run.plan)
        #expect(plan.numbers.basis?.digest == digest)
        let kept = try BasisFolder(folder.file("cache").appending(digest.hex), of: plan.numbers, team: ThreadTeam(count: 1))
        #expect(try Folder.names(in: kept.path).sorted() == kept.fileNames(of: plan.numbers.models))
    }

    @Test("are given the files of the directions by the server of models, and nothing else")
    func served() throws {
        let folder = try TemporaryFolder()
        var configuration = try TinyPlan.configuration(in: folder, rows: 32, shardRows: 8)
        configuration.columns = .principal(PrincipalColumns())
        let run = try PlanJob(
            configuration: configuration, folder: RunFolder(folder.file("run")), context: JobContext(team: ThreadTeam(count: 2))
        ).run()
        let digest = try #require(run.plan.numbers.basis?.digest)
        try folder.write("run/basis/notes.txt", [1])
        let log = RecordedLog()
        var server = ModelServer(run, logger: log.logger)
        func request(_ file: String? = nil) -> ModelRequest { ModelRequest(model: digest, file: file, offset: 0) }
        #expect(server.answer(request()).piece.files.map(\.name) == ["a.0.npz", "a.1.npz", "b.0.npz", "b.1.npz"])
        #expect(server.answer(request("b.1.npz")).payload.count == 1)
        #expect(server.answer(request("notes.txt")).payload.isEmpty && log.lines.isEmpty)
    }
}
