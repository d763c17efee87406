import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("A coordinator whose run may have another round")
struct CoordinatorRoundsTests {
    @Test(
        "is found by the run's folder while the results are analysed, and until the next round; no longer when the last has ended",
        arguments: [true, false])
    func found(isLast: Bool) throws {
        let folder = try TemporaryFolder()
        let configuration = try TinyPlan(in: folder).plan.configuration
        let run = RunFolder(folder.file("out"))
        try LocalFiles().createFolder(run.path)
        let coordinated = CoordinatedRun {
            let messages = try MessageContext()
            let sockets = try TemporarySockets()
            defer { withExtendedLifetime(sockets) {} }
            let rounds = RunRounds()
            var settings = CoordinatorSettings(
                endpoint: try Endpoint(ipc: sockets.folder.appending("c")), security: .privateFolder, messages: messages)
            settings.heartbeat = 20
            settings.rounds = rounds
            let told = try CoordinatorJob(
                configuration: configuration, folder: run, placement: ClusterPlacement(reducers: 1, workerMemory: 1 << 30),
                settings: settings, context: JobContext(team: ThreadTeam(count: 1))
            ).run { _ in
                if isLast { rounds.end() }
                return try wait(in: run)
            }
            let isFound = try withExtendedLifetime(rounds) { try ClusterClient.endpoint(of: run) != nil }
            return isFound ? "\(told), and there may be more" : told
        }
        var endpoint: Endpoint?
        let hasBegun = try eventually {
            endpoint = try ClusterClient.endpoint(of: run)
            return endpoint != nil || coordinated.result != nil
        }
        let address = try #require(hasBegun ? endpoint : nil, "\(String(describing: coordinated.result))")
        let sockets = try TemporarySockets()
        let reducer = try RunningReducer(
            ReducerSettings(
                coordinator: address, listen: try Endpoint(ipc: sockets.folder.appending("r")), store: folder.file("store"),
                coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder))
        var settings = WorkerSettings(coordinator: address, memory: 1 << 30, threads: 1, security: .privateFolder)
        settings.scratch = folder.file("scratch")
        let worker = WorkerRun(settings)
        #expect(eventually { coordinated.result != nil })
        #expect(try coordinated.result?.get() == (isLast ? "the results are analysed" : "the results are analysed, and there may be more"))
        #expect(try ClusterClient.endpoint(of: run) == nil)
        if !isLast { worker.stop.raise() }
        #expect(try reducer.stopped() == (isLast ? .complete : nil))
        #expect(eventually { worker.outcome != nil })
        withExtendedLifetime(sockets) {}
    }
}

/// What the coordinator that is found by a run's folder says that it waits for, once that is the analysis.
private func wait(in folder: RunFolder) throws -> String {
    var told = "nobody is there"
    // At the first moment it may still say what was before.
    _ = try eventually {
        guard let endpoint = try ClusterClient.endpoint(of: folder) else { return true }
        let client = try ClusterClient(endpoint, security: .privateFolder, in: try MessageContext())
        told = try client.status(seconds: 60).waitingBecause ?? "nothing"
        return told == "the results are analysed"
    }
    return told
}
