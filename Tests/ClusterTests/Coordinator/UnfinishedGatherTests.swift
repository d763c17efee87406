import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Cluster

@Suite("Gathering a run that is not complete")
struct UnfinishedGatherTests {
    private let folder: TemporaryFolder
    private let configuration: Configuration
    private var run: RunFolder { RunFolder(folder.file("out")) }

    init() throws {
        folder = try TemporaryFolder()
        configuration = try TinyPlan(in: folder).plan.configuration
        try LocalFiles().createFolder(folder.file("out"))
    }

    /// A coordinator of the run that no reducer comes to.
    private func coordinate(gathering parts: GatheredParts? = nil, stop: StopRequest) -> CoordinatedRun {
        CoordinatedRun { [configuration, run] in
            let sockets = try TemporarySockets()
            defer { withExtendedLifetime(sockets) {} }
            var settings = CoordinatorSettings(
                endpoint: try Endpoint(ipc: sockets.folder.appending("c")), security: .privateFolder, messages: try MessageContext())
            settings.gathers = parts
            return try CoordinatorJob(
                configuration: configuration, folder: run, placement: ClusterPlacement(reducers: 1, workerMemory: 1 << 30),
                settings: settings, context: JobContext(team: ThreadTeam(count: 1), stop: stop)
            ).run { _ in "done" }
        }
    }

    /// Stops a coordinator once it waits for its reducer.
    private func stopWaiting(_ coordinator: CoordinatedRun, _ stop: StopRequest) throws {
        #expect(try eventually { try ClusterClient.endpoint(of: run) != nil || coordinator.result != nil })
        stop.raise()
        #expect(eventually { coordinator.result != nil })
        #expect(throws: PipelineError.stopped) { try coordinator.result?.get() }
    }

    @Test("waits for no reducer where the ledger says so, and for theirs where it is lost")
    func ledger() throws {
        let stops = (0..<3).map { _ in StopRequest() }
        defer { for stop in stops { stop.raise() } }
        try stopWaiting(coordinate(stop: stops[0]), stops[0])
        #expect(Folder.holdsFile(Ledger.path(in: run)))
        let gathering = coordinate(gathering: .statistics, stop: stops[1])
        #expect(eventually { gathering.result != nil })
        #expect(throws: ClusterError.notComplete(run.path)) { try gathering.result?.get() }
        for suffix in ["", "-wal", "-shm"] { try LocalFiles().remove(run.path.appending(Ledger.fileName + suffix)) }
        try stopWaiting(coordinate(gathering: .statistics, stop: stops[2]), stops[2])
    }

    @Test("asks no reducer for matrices that were never made, for tasks were given up; for statistics it does, until they are here")
    func givenUp() throws {
        let stops = (0..<4).map { _ in StopRequest() }
        defer { for stop in stops { stop.raise() } }
        try stopWaiting(coordinate(stop: stops[0]), stops[0])
        let tasks = try PlannedTasks(in: run).entries.map { TaskID(shard: $0.shard, group: $0.group) }
        let output = folder.file("0.partial")
        _ = try MapTask(folder: run, task: 0, output: output, context: JobContext(team: ThreadTeam(count: 1))).run()
        let partial = try PartialReader(output)
        let sections = partial.sections.map { ParcelOffer.Section(key: $0.key, checksum: $0.shards[0].checksum) }
        try Ledger(Ledger.path(in: run), plan: Ledger.identity(of: try RunPlan.read(run.plan)), program: "test")
            .append(
                tasks.dropFirst().map { .taskFailed(task: $0) }
                    + [.taskDone(task: tasks[0], worker: WorkerID("w"), digest: ParcelID(task: tasks[0], sections: sections).digest)],
                at: SchedulerTime(milliseconds: 1_000_000))
        let gathering = coordinate(gathering: .matrices, stop: stops[1])
        #expect(eventually { gathering.result != nil })
        #expect(try gathering.result?.get() == "done")
        try stopWaiting(coordinate(gathering: [.statistics, .matrices], stop: stops[2]), stops[2])
        // Once what is done is here, nobody is asked again.
        let store = try RunPlan.read(run.plan).store(at: run.store)
        try store.create()
        try store.fold([partial], team: ThreadTeam(count: 1))
        let again = coordinate(gathering: [.statistics, .matrices], stop: stops[3])
        #expect(eventually { again.result != nil })
        #expect(try again.result?.get() == "done")
    }
}
