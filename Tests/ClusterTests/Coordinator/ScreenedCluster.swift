import Foundation
import Kernels
import Logging
import Scheduling
import SmallRuns
import Storage
import Synchronization
import Testing

@testable import Cluster
@testable import Pipeline

/// A tiny screened run: in one process, and on a cluster whose reducers and worker outlast its coordinators.
final class ScreenedCluster {
    /// When a coordinator is stopped.
    enum Moment: CaseIterable, Sendable {
        /// As soon as the pilot is planned.
        case pilot
        /// When its statistics are there, and no candidates yet.
        case candidates
        /// When these are chosen, and the run has no plan yet.
        case chosen
        /// As soon as the run is planned.
        case run
    }

    /// What two runs must agree in.
    struct Bits: Equatable {
        let neurons, candidates: Data
    }

    let folder: TemporaryFolder
    /// The run of one process.
    let alone: RunFolder
    /// That of the cluster.
    let run: RunFolder
    let log = RecordedLog()
    private let configuration: Configuration
    private let sockets: TemporarySockets
    private var reducers: [RunningReducer] = []
    private var worker: WorkerRun?

    init() throws {
        folder = try TemporaryFolder()
        var configuration = try TinyPlan.configuration(in: folder, rows: 64, shardRows: 8)
        var settings = ScreeningSettings()
        settings.pilot = 256
        settings.candidates = 3
        configuration.precision = .screening(settings)
        configuration.matrices = .none
        self.configuration = configuration
        alone = RunFolder(folder.file("alone"))
        run = RunFolder(folder.file("out"))
        sockets = try TemporarySockets()
    }

    deinit {
        worker?.stop.raise()
        for reducer in reducers { _ = try? reducer.stopped() }
    }

    /// The hash of the statistics of one process.
    func calm() throws -> String {
        try RunJob(configuration: configuration, folder: alone, context: JobContext(team: ThreadTeam(count: 1)))
            .run { _ in try analysedHash(alone) }
    }

    func bits(of run: RunFolder? = nil) throws -> Bits {
        let run = run ?? self.run
        func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }
        return Bits(neurons: try bytes(run.neurons.string), candidates: try bytes(run.candidates.string))
    }

    /// Starts reducers and a worker that look for a coordinator.
    ///
    /// - Returns: where it has to listen.
    func startMembers(reducers count: Int) throws -> Endpoint {
        let endpoint = try Endpoint(ipc: sockets.folder.appending("c"))
        for index in 0..<count { reducers.append(try reducer(index, listeningAt: "r\(index)", endpoint)) }
        var settings = WorkerSettings(coordinator: endpoint, memory: 1 << 30, threads: 1, security: .privateFolder)
        settings.scratch = folder.file("scratch")
        worker = WorkerRun(settings)
        return endpoint
    }

    private func reducer(_ index: Int, listeningAt name: String, _ endpoint: Endpoint) throws -> RunningReducer {
        try RunningReducer(
            ReducerSettings(
                coordinator: endpoint, listen: try Endpoint(ipc: sockets.folder.appending(name)), store: folder.file("store\(index)"),
                coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder))
    }

    /// The first reducer ends while it empties its store of the pilot for the run, and is started again.
    func interruptEmptying(coordinatedAt endpoint: Endpoint) throws {
        #expect(try reducers[0].stopped() == nil)
        let store = folder.file("store0")
        let plan = try RunPlan.read(run.plan)
        let sections = plan.store(at: store).sections
        let section = try #require(try Folder.names(in: sections).first)
        try LocalFiles().remove(sections.appending(section))
        try DurableFile.replace(RunFolder(store).plan, with: Array(try Data(contentsOf: URL(filePath: run.plan.string))))
        #expect(try StoreFolder(path: store).known()?.plan == plan.pilotIdentity)
        reducers[0] = try reducer(0, listeningAt: "again", endpoint)
    }

    /// Coordinates the run.
    ///
    /// - Parameter moment: when it is stopped; nil: it works to the run's end, and gives the hash of its statistics.
    func coordinate(at endpoint: Endpoint, reducers: Int, until moment: Moment? = nil) -> CoordinatedRun {
        let (configuration, run, stop) = (configuration, run, StopRequest())
        let logger = Logger(label: "coordinator") { [log] _ in
            StoppingLog(log: log.logger) { if moment == .candidates, $0.contains("the pilot is complete") { stop.raise() } }
        }
        return CoordinatedRun {
            var settings = CoordinatorSettings(endpoint: endpoint, security: .privateFolder, messages: try MessageContext())
            settings.heartbeat = 100
            let context = JobContext(team: ThreadTeam(count: 1), stop: stop, logger: logger)
            let begin = { (place: RunFolder) in
                try ClusterLaunch(workers: nil, reducers: reducers, workerMemory: 1 << 30).write(in: place)
                let reached: Moment = if place != run { .pilot } else if run.hasPlan { .run } else { .chosen }
                if reached == moment { stop.raise() }
            }
            return try CoordinatorJob(
                configuration: configuration, folder: run, placement: ClusterPlacement(reducers: reducers, workerMemory: 1 << 30),
                settings: settings, context: context
            ).run(begin: begin) { _ in try analysedHash(run) }
        }
    }

    /// The run is over: nobody waits for another coordinator.
    func expectMembersToEnd() throws {
        #expect(eventually { reducers.allSatisfy(\.hasEnded) && worker?.outcome != nil })
        for reducer in reducers { #expect(try reducer.stopped() == .complete) }
        let ended = try worker?.outcome?.get() ?? nil
        #expect(ended == .complete)
    }
}

/// Passes lines on, and tells of each.
private struct StoppingLog: LogHandler {
    var log: Logger
    let tell: @Sendable (String) -> Void
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        log.log(level: event.level, event.message)
        tell("\(event.message)")
    }
}
