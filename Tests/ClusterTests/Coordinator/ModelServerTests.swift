import Foundation
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("The server of models")
struct ModelServerTests {
    private let folder: TemporaryFolder
    private let tiny: TinyPlan
    private let log = RecordedLog()

    init() throws {
        folder = try TemporaryFolder()
        tiny = try TinyPlan(in: folder)
    }

    private func request(_ file: String? = nil) throws -> ModelRequest {
        ModelRequest(model: try #require(tiny.plan.numbers.models.last).digest, file: file, offset: 0)
    }

    @Test("gives out the model's files and nothing else that lies beside them")
    func files() throws {
        try folder.write("b/.model.safetensors.Xy12", [1])
        try folder.write("b/notes.safetensors.txt", [1])
        try folder.write("b/x.safetensors/inner", [1])
        var server = ModelServer(tiny.run, logger: log.logger)
        #expect(server.answer(try request()).piece.files.map(\.name) == ["config.json", "model.safetensors"])
        #expect(server.answer(try request("config.json")).payload.count == 1)
        #expect(server.answer(try request(".model.safetensors.Xy12")).payload.isEmpty)
        #expect(log.lines.isEmpty)
    }

    @Test("gives out PyTorch's shards and their index where the model lies in those")
    func shards() throws {
        try folder.write("b/pytorch_model.bin.index.json", #"{"weight_map": {"x": "one.bin", "y": "two.bin"}}"#)
        for shard in ["one.bin", "two.bin", "other.bin"] { try folder.write("b/\(shard)", [1]) }
        try FileManager.default.removeItem(atPath: folder.file("b/model.safetensors").string)
        var server = ModelServer(tiny.run, logger: log.logger)
        #expect(
            server.answer(try request()).piece.files.map(\.name) == ["config.json", "one.bin", "pytorch_model.bin.index.json", "two.bin"])
        #expect(server.answer(try request("other.bin")).payload.isEmpty)
    }

    @Test("answers that a model is not to be had while its folder is away, warns once, and gives it when it is back")
    func away() throws {
        func move(_ name: String, to other: String) throws {
            try FileManager.default.moveItem(atPath: folder.file(name).string, toPath: folder.file(other).string)
        }
        var server = ModelServer(tiny.run, logger: log.logger)
        try move("b", to: "away")
        #expect(server.answer(try request()).piece.files.isEmpty)
        #expect(server.answer(try request("config.json")).payload.isEmpty)
        #expect(log.lines.count == 1 && log.contains("cannot be given to workers now"), "\(log.lines)")
        try move("away", to: "b")
        #expect(server.answer(try request()).piece.files.count == 2)
    }
}
