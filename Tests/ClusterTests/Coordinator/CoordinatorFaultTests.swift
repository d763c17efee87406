import FaultInjection
import Foundation
import Kernels
import Logging
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A coordinator on a disk that fails")
struct CoordinatorFaultTests {
    private let folder: TemporaryFolder
    private let configuration: Configuration
    private let log = RecordedLog()

    init() throws {
        folder = try TemporaryFolder()
        var configuration = try TinyPlan(in: folder).plan.configuration
        // Two tasks: what the coordinator writes does not depend on how many there are.
        configuration.shard = .tokens(16 * 16)
        self.configuration = configuration
    }

    /// A run, from its plan to its table, with a reducer and a worker of its own; what it comes to, or how it failed.
    private func attempt(_ name: String, on files: any FileLayer) throws -> Result<String, any Error> {
        let run = RunFolder(folder.file(name))
        let coordinated = CoordinatedRun { [configuration, log] in
            let messages = try MessageContext()
            let sockets = try TemporarySockets()
            defer { withExtendedLifetime(sockets) {} }
            var settings = CoordinatorSettings(
                endpoint: try Endpoint(ipc: sockets.folder.appending("c")), security: .privateFolder, messages: messages)
            settings.heartbeat = 20
            // One thread: the order of operations is always the same.
            let context = JobContext(team: ThreadTeam(count: 1), logger: log.logger, files: files)
            try LocalFiles().createFolder(run.path)
            return try CoordinatorJob(
                configuration: configuration, folder: run, placement: ClusterPlacement(reducers: 1, workerMemory: 1 << 30),
                settings: settings, context: context
            ).run { _ in try AnalyzeRun(folder: run, context: context).run().summary.statisticsSHA256 }
        }
        var endpoint: Endpoint?
        let hasBegun = try eventually {
            endpoint = try ClusterClient.endpoint(of: run)
            return endpoint != nil || coordinated.result != nil
        }
        try #require(hasBegun)
        if let endpoint {
            let sockets = try TemporarySockets()
            let reducer = try RunningReducer(
                ReducerSettings(
                    coordinator: endpoint, listen: try Endpoint(ipc: sockets.folder.appending("r")), store: folder.file("\(name)-store"),
                    coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder))
            var settings = WorkerSettings(coordinator: endpoint, memory: 1 << 30, threads: 1, security: .privateFolder)
            settings.scratch = folder.file("scratch")
            let worker = WorkerRun(settings)
            let isOver = (0..<6).contains { _ in eventually { coordinated.result != nil } }
            worker.stop.raise()
            worker.stopNow.raise()
            _ = try? reducer.stopped()
            #expect(eventually { worker.outcome != nil })
            withExtendedLifetime(sockets) {}
            try #require(isOver, "\(log.lines.suffix(20))")
        }
        return try #require(coordinated.result)
    }

    /// How many positions are tried at a time: an attempt mostly waits.
    private static let lanes = 4

    @Test(
        "is started again, and the run has the numbers of one process, whichever of its writes, syncs and renames fails or is torn",
        arguments: 0..<lanes)
    func everyOperation(lane: Int) throws {
        let context = JobContext(team: ThreadTeam(count: 1))
        let calm = RunFolder(folder.file("calm"))
        let expected = try RunJob(configuration: configuration, folder: calm, context: context).run { _ in
            try AnalyzeRun(folder: calm, context: context).run().summary.statisticsSHA256
        }
        let counting = FaultyFiles(.failure, at: .max)
        #expect(try attempt("counted", on: counting).get() == expected)
        #expect(counting.count > 20)
        let faults = FaultyFiles.Fault.allCases
        for position in stride(from: 1 + lane, through: counting.count, by: Self.lanes) {
            // One way to fail at each operation, in turn: all four would take four times as long.
            let files = FaultyFiles(faults[(position / Self.lanes) % faults.count], at: position)
            let first = try attempt("out", on: files)
            try files.restart()
            let last = try attempt("out", on: LocalFiles())
            try #require(try last.get() == expected, "operation \(position), which came to \(first)")
            for name in ["out", "out-store"] { try? FileManager.default.removeItem(atPath: folder.file(name).string) }
        }
    }
}
