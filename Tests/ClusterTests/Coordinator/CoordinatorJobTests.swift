import Kernels
import Pipeline
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("A coordinator's job")
struct CoordinatorJobTests {
    @Test("learns that its port is taken before it reads any input", arguments: [false, true])
    func portTaken(isTaken: Bool) throws {
        let folder = try TemporaryFolder()
        let context = try MessageContext()
        var endpoint = try Endpoint("tcp://127.0.0.1:*")
        let other = try MessageSocket(.router, in: context, security: .insecure)
        if isTaken { endpoint = try other.bind(endpoint) }
        let corpus = CorpusConfiguration(path: folder.file("missing.npy"))
        let models = ["a", "b"].map { ModelReference(id: $0, path: folder.file($0)) }
        let target = RunFolder(folder.file("run"))
        let job = CoordinatorJob(
            configuration: Configuration(name: "n", corpus: corpus, tokens: .all, models: models), folder: target,
            placement: ClusterPlacement(reducers: 1, workerMemory: 1 << 30),
            settings: CoordinatorSettings(endpoint: endpoint, security: .insecure, messages: context),
            context: JobContext(team: ThreadTeam(count: 1)))
        let error = #expect(throws: (any Error).self) { try job.run { _ in } }
        // Without the other process it is the input that is missing.
        #expect((error as? ClusterError == .endpointTaken(endpoint)) == isTaken, "\(String(describing: error))")
        #expect(!target.hasPlan)
        // Nothing is left of a run that could not begin.
        #expect(!isTaken || !Folder.exists(target.path))
        withExtendedLifetime(other) {}
    }

    @Test("audits nothing where two workers' integers may differ, and says so before anything is made")
    func audits() throws {
        let folder = try TemporaryFolder()
        var configuration = try TinyPlan.configuration(in: folder, rows: 8, shardRows: 4)
        configuration.kernels = .any
        let target = RunFolder(folder.file("run"))
        var settings = CoordinatorSettings(
            endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: try MessageContext())
        settings.policy.audit = 0.01
        let job = CoordinatorJob(
            configuration: configuration, folder: target, placement: ClusterPlacement(reducers: 1, workerMemory: 1 << 30),
            settings: settings, context: JobContext(team: ThreadTeam(count: 1)))
        #expect(throws: ClusterError.auditOfAnyKernels) { try job.run { _ in } }
        #expect(ClusterError.auditOfAnyKernels.exitStatus == .configuration)
        #expect(!Folder.exists(target.path))
    }
}
