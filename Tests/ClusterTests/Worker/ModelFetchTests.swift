import Foundation
import Scheduling
import Storage
import SystemPackage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A worker without a model", .serialized)
struct ModelFetchTests {
    let cluster: FakeCluster
    let digest: Digest
    /// The model's copy in the worker's folder of copies.
    let copy: FilePath

    /// Model b is gone from the plan's path.
    init() throws {
        cluster = try FakeCluster()
        let model = try #require(cluster.tiny.plan.numbers.models.last)
        digest = model.digest
        copy = cluster.folder.file("cache").appending(model.digest.hex)
        let elsewhere = cluster.folder.file("elsewhere")
        try FileManager.default.moveItem(atPath: cluster.folder.file("b").string, toPath: elsewhere.string)
        cluster.models[model.digest] = elsewhere
    }

    /// What is left of an earlier attempt.
    private func leave(_ bytes: [UInt8]) throws {
        let part = copy.string + ".part"
        try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: part + "/model.safetensors"))
    }

    private func weights() throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: cluster.folder.file("elsewhere").appending("model.safetensors").string)))
    }

    /// Starts a worker and lets it compute a task.
    private func work() throws {
        let run = try cluster.start()
        try #require(try cluster.play { cluster.ready != nil }, "\(String(describing: run.outcome))")
        try cluster.grant(0, shard: 0, groups: [2])
        #expect(try cluster.play { cluster.done.map(\.task) == [TaskID(shard: 0, group: 2)] })
        try cluster.finish(.complete)
        #expect(try cluster.play { run.outcome != nil })
        #expect(Folder.holdsFile(copy.appending("model.safetensors")) && !Folder.exists(FilePath(copy.string + ".part")))
    }

    private var offsets: [Int] { cluster.requests.filter { $0.file == "model.safetensors" }.map(\.offset) }

    @Test("fetches it from the coordinator, once")
    func fetched() throws {
        try work()
        #expect(cluster.requests.allSatisfy { $0.model == digest } && offsets == [0])
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: copy.appending("model.safetensors").string))) == (try weights()))
    }

    @Test("goes on where an earlier attempt ended")
    func resumed() throws {
        let weights = try weights()
        try leave(Array(weights.prefix(weights.count / 2)))
        try work()
        #expect(offsets == [weights.count / 2])
    }

    @Test("begins anew when what is left of an earlier attempt is damaged")
    func damaged() throws {
        var bytes = Array(try weights().prefix(3_000))
        bytes[2_999] ^= 1
        try leave(bytes)
        try work()
        #expect(offsets == [3_000, 0])
    }

    @Test("tells the coordinator what it has logged, so that it is known should the worker be lost")
    func logged() throws {
        try work()
        #expect(cluster.workerLog.contains { $0.contains("model b is fetched from the coordinator") }, "\(cluster.workerLog)")
    }

    /// Starts a worker that cannot have the model.
    private func reason() throws -> String? {
        let run = try cluster.start()
        #expect(try cluster.play { run.outcome != nil })
        guard case .failure(PipelineError.modelNotReachable(model: "b", _, let reason))? = run.outcome else { return nil }
        return reason
    }

    @Test("ends when a file that is listed has no bytes, having asked for the list once more")
    func gone() throws {
        cluster.readsModels = false
        #expect(try reason()?.contains("can no longer read config.json") == true)
        #expect(cluster.requests.count { $0.file == nil } == 2)
    }

    @Test("ends when the list cannot be used, however often it asks")
    func unusable() throws {
        try Data([1]).write(to: URL(fileURLWithPath: cluster.folder.file("elsewhere").appending(".model.safetensors.Xy12").string))
        #expect(try reason()?.contains("list of its files cannot be used") == true)
        #expect(cluster.requests.count == 3)
    }

    @Test("says which path lacks it when the coordinator does not have it either")
    func nowhere() throws {
        cluster.models = [:]
        let run = try cluster.start()
        #expect(try cluster.play { run.outcome != nil && cluster.hasLeft })
        #expect {
            try run.outcome?.get()
        } throws: { error in
            guard case .modelNotReachable(model: "b", let path, reason: _)? = error as? PipelineError else { return false }
            return path == cluster.folder.file("b")
        }
    }
}
