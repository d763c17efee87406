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

    private enum Stuck: Error {
        case start
        case run(isOver: Bool, hasLeft: Bool, log: ArraySlice<String>)
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
        guard hasBegun else { throw Stuck.start }
        if let endpoint {
            let sockets = try TemporarySockets()
            let reducer = try RunningReducer(
                ReducerSettings(
                    coordinator: endpoint, listen: try Endpoint(ipc: sockets.folder.appending("r")), store: folder.file("\(name)-store"),
                    coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder))
            var settings = WorkerSettings(coordinator: endpoint, memory: 1 << 30, threads: 1, security: .privateFolder)
            settings.scratch = folder.file("\(name)-scratch")
            let worker = WorkerRun(settings)
            let isOver = comesTrue { coordinated.result != nil }
            worker.stop.raise()
            worker.stopNow.raise()
            _ = try? reducer.stopped()
            let hasLeft = eventually { worker.outcome != nil }
            withExtendedLifetime(sockets) {}
            guard isOver, hasLeft else { throw Stuck.run(isOver: isOver, hasLeft: hasLeft, log: log.lines.suffix(20)) }
        }
        guard let result = coordinated.result else { throw Stuck.start }
        return result
    }

    /// How many positions are tried at a time, on threads of their own: an attempt mostly waits.
    private static let lanes = 8
    /// From one operation that fails to the next: without UN_ALL=1 each fifth, as an attempt is two whole runs.
    private static let step = FaultyFiles.Fault.triesAll ? 1 : 5

    @Test(
        "is started again, and the run has the numbers of one process, whichever of its writes, syncs and renames fails or is torn (UN_ALL=1 for all)"
    )
    func everyOperation() async throws {
        let (expected, operations) = try await OwnThread.run {
            let context = JobContext(team: ThreadTeam(count: 1))
            let calm = RunFolder(folder.file("calm"))
            let expected = try RunJob(configuration: configuration, folder: calm, context: context).run { _ in
                try AnalyzeRun(folder: calm, context: context).run().summary.statisticsSHA256
            }
            let counting = FaultyFiles(.failure, at: .max)
            #expect(try attempt("counted", on: counting).get() == expected)
            return (expected, counting.count)
        }
        #expect(operations > 20)
        let problems = try await withThrowingTaskGroup(of: [String].self) { group in
            for lane in 0..<Self.lanes {
                group.addTask {
                    try await OwnThread.run {
                        stride(from: 1 + lane * Self.step, through: operations, by: Self.lanes * Self.step).flatMap { position in
                            FaultyFiles.Fault.tried(at: position).compactMap { self.problem($0, at: position, expected: expected) }
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(problems == [])
    }

    /// What goes wrong where an operation fails.
    private func problem(_ fault: FaultyFiles.Fault, at position: Int, expected: String) -> String? {
        let files = FaultyFiles(fault, at: position)
        let name = "out\(position)"
        defer { for end in ["", "-store", "-scratch"] { try? FileManager.default.removeItem(atPath: folder.file(name + end).string) } }
        do {
            let first = try attempt(name, on: files)
            try files.restart()
            let last = try attempt(name, on: LocalFiles()).get()
            return last == expected ? nil : "\(fault) of operation \(position), which came to \(first): other numbers"
        } catch {
            return "\(fault) of operation \(position): \(error)"
        }
    }
}
