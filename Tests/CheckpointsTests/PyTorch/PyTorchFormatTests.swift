import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("PyTorch checkpoints that torch wrote")
struct PyTorchFormatTests {
    @Test(
        "are the model that the safetensors of the same weights are, in every layout",
        arguments: [
            ("zip", "zip"), ("legacy", "zip"), ("sharded", "zip"), ("sharded-head", "zip"), ("untied", "untied"), ("views", "zip"),
            ("views-legacy", "zip"), ("training", "zip"), ("body", "zip"), ("crfm", "crfm"), ("float16", "float16"),
            ("bfloat16", "bfloat16"), ("gpt-neox", "gpt-neox"), ("gpt-neox-tied", "gpt-neox-tied"), ("gpt-neox-body", "gpt-neox-body"),
        ])
    func layouts(name: String, reference: String) throws {
        let folder = try TorchFixture.folder(name)
        #expect(folder.names.contains { $0.hasPrefix("pytorch_model") } && !folder.names.contains { $0.hasSuffix(".safetensors") })
        let (found, expected) = (try folder.model(), try ModelFolder(TorchFixture.root.appending(reference)))
        #expect(try found.digest() == expected.digest())
        #expect(try found.digest(team: ThreadTeam(count: 2)) == expected.digest())
        try found.checkValues()
        for tensor in ModelTensors(expected.configuration).all {
            let values = try found.tensors.float32(tensor.name, shape: tensor.shape)
            #expect(values.map(\.bitPattern) == (try expected.tensors.float32(tensor.name, shape: tensor.shape)).map(\.bitPattern))
        }
    }

    @Test("safetensors in shards, and those of the body alone, are the model that one file with a head is")
    func safetensors() throws {
        let whole = try ModelFolder(TorchFixture.root.appending("zip")).digest()
        let sharded = TorchFixture.root.appending("sharded-safetensors")
        #expect(try ModelFolder(sharded).digest() == whole)
        let shards = (1...3).map { "model-0000\($0)-of-00003.safetensors" }
        #expect(try ModelFolder.fileNames(in: sharded) == ["config.json", "model.safetensors.index.json"] + shards)
        #expect(try ModelFolder(TorchFixture.root.appending("body")).digest() == whole)
    }

    @Test("an index in which the unembedding stands, tied or not, gives the same bits as one file")
    func indexedHeads() throws {
        func index(_ name: String) throws -> String { String(decoding: try TorchFixture.bytes(name), as: UTF8.self) }
        for name in ["sharded-head/pytorch_model.bin", "untied/pytorch_model.bin", "untied-safetensors/model.safetensors"] {
            #expect(try index("\(name).index.json").contains("\"lm_head.weight\""), "\(name)")
        }
        let tied = try TorchFixture.folder("sharded-head").model()
        #expect(try tied.unembeddingName() == "wte.weight")
        // Within a shard the head is the embedding's storage still.
        #expect(tied.tensors["lm_head.weight"]?.bytes == tied.tensors["wte.weight"]?.bytes)
        let whole = try ModelFolder(TorchFixture.root.appending("untied"))
        for folder in [try TorchFixture.folder("untied").model(), try ModelFolder(TorchFixture.root.appending("untied-safetensors"))] {
            #expect(try folder.unembeddingName() == "lm_head.weight")
            #expect(try folder.digest() == whole.digest())
            let (found, expected) = (folder.tensors, whole.tensors)
            #expect(try found.digest(of: "lm_head.weight") == expected.digest(of: "lm_head.weight"))
            #expect(try found.digest(of: "lm_head.weight") != found.digest(of: "wte.weight"))
        }
    }

    @Test("the unembedding of GPT-NeoX has one name here, whatever transformers calls it in memory and in its files")
    func unembedding() throws {
        let raw = try TorchFixture.folder("gpt-neox").model()
        #expect(try raw.unembeddingName() == "embed_out.weight")
        #expect(raw.tensors["embed_out.weight"]?.name == "lm_head.weight" && raw.tensors["lm_head.weight"] == nil)
        let saved = try ModelFolder(TorchFixture.root.appending("gpt-neox"))
        #expect(saved.tensors["embed_out.weight"]?.name == "embed_out.weight")
        #expect(try TorchFixture.folder("gpt-neox-tied").model().unembeddingName() == "embed_in.weight")
        let body = try TorchFixture.folder("gpt-neox-body").model()
        #expect(throws: CheckpointError.missingTensor(folder: body.path, tensor: "embed_out.weight")) { try body.unembeddingName() }
    }

    @Test("a folder's files are named as they are fetched: configuration, index, shards")
    func fileNames() throws {
        let shards = (1...3).map { "pytorch_model-0000\($0)-of-00003.bin" }
        #expect(
            try ModelFolder.fileNames(in: TorchFixture.root.appending("sharded")) == ["config.json", "pytorch_model.bin.index.json"]
                + shards)
        #expect(try ModelFolder.fileNames(in: TorchFixture.root.appending("legacy")) == ["config.json", "pytorch_model.bin"])
    }

    @Test("where a folder has safetensors too, those are read, and it can be told")
    func preference() throws {
        let both = TorchFixture.root.appending("zip")
        #expect(try ModelFolder.fileNames(in: both) == ["config.json", "model.safetensors"])
        let choice = try #require(ModelFolder.choice(in: both))
        #expect(choice.hasSuffix(": model.safetensors is read, pytorch_model.bin is not"))
        #expect(ModelFolder.choice(in: TorchFixture.root.appending("legacy")) == nil)
    }

    @Test("the buffers and the configuration of the CRFM models are taken as they are")
    func crfm() throws {
        let model = try TorchFixture.folder("crfm").model()
        #expect(model.configuration.scalesScoresByInverseLayer)
        let mask = try #require(model.tensors["h.1.attn.bias"])
        #expect(mask.dataType == .uint8 && mask.shape == [1, 1, 16, 16])
        #expect(model.tensors["h.0.attn.bias"]?.dataType == .bool)
        #expect(model.tensors["h.0.attn.masked_bias"]?.shape == [])
        #expect(try model.tensors.float32("h.0.attn.masked_bias", shape: []) == [-10_000])
    }

    @Test("a tied unembedding shares the embedding's bytes, and is not copied")
    func tied() throws {
        let tensors = try TorchFixture.folder("zip").tensors()
        let (embedding, unembedding) = (try #require(tensors["wte.weight"]), try #require(tensors["lm_head.weight"]))
        #expect(embedding.bytes == unembedding.bytes && embedding.strides == nil)
    }

    @Test("tensors of every type are the bytes of safetensors, also a transposed view", arguments: ["pytorch_model.bin", "legacy.bin"])
    func types(name: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(TorchFixture.bytes("types/\(name)"), to: "pytorch_model.bin")
        let found = try folder.tensors()
        let expected = try NamedTensors(folder: TorchFixture.root.appending("types"))
        #expect(found.names == (expected.names + ["transposed"]).sorted() && expected.names.count == TensorDataType.allCases.count + 2)
        for name in expected.names {
            let (one, other) = (try #require(found[name]), try #require(expected[name]))
            #expect(one.dataType == other.dataType && one.shape == other.shape && one.strides == nil, "\(name)")
            #expect(try found.digest(of: name) == expected.digest(of: name), "\(name)")
        }
        #expect(found["transposed"]?.strides == [1, 4])
        #expect(try found.float32("transposed", shape: [4, 3]) == (0..<12).map { Float($0 % 3 * 4 + $0 / 3) })
        #expect(try found.digest(of: "transposed") != expected.digest(of: "float32"))
    }

    @Test("a transposed tensor of several pieces is read like its entries one by one")
    func pieces() throws {
        let (rows, columns) = (1_101, 1_003)
        let entries = (0..<rows * columns + 5).map { Float($0) }
        #expect(entries.count * 4 > MappedFile.pieceBytes)
        let folder = try TemporaryFolder()
        try folder.write(
            CraftedTorch.file(shape: [columns, rows], strides: [1, columns], offset: 5, entries: entries), to: "pytorch_model.bin")
        let expected = (0..<columns).flatMap { column in (0..<rows).map { entries[5 + $0 * columns + column] } }
        #expect(try folder.tensors().float32("w", shape: [columns, rows]) == expected)
        #expect(try folder.tensors().digest(of: "w") == Digest(of: CraftedTorch.bytes(of: expected)))
    }

    @Test("NaN in a transposed view is named by its index there")
    func notFinite() throws {
        let folder = try TemporaryFolder()
        try folder.write(CraftedTorch.file(shape: [3, 2], strides: [1, 3], entries: [1, 2, 3, 4, .nan, 6]), to: "pytorch_model.bin")
        let error = try #require(throws: CheckpointError.self) { _ = try folder.tensors().float32("w", shape: [3, 2]) }
        guard case .notFinite(_, "w", [1, 1], _) = error else { return fail("\(error)") }
    }

    @Test("views with odd strides, axes of one and none are read as torch reads them")
    func strides() throws {
        let entries = (0..<24).map { Float($0) }
        let cases: [([Int], [Int], Int, [Float])] = [
            ([2, 3], [12, 2], 1, [1, 3, 5, 13, 15, 17]), ([1, 4], [999, 1], 20, [20, 21, 22, 23]), ([3, 1], [2, 77], 0, [0, 2, 4]),
            ([2, 2, 2], [1, 8, 4], 3, [3, 7, 11, 15, 4, 8, 12, 16]), ([0, 5], [5, 1], 24, []), ([], [], 23, [23]),
        ]
        for (shape, strides, offset, expected) in cases {
            let folder = try TemporaryFolder()
            try folder.write(
                CraftedTorch.file(shape: shape, strides: strides, offset: offset, entries: entries), to: "pytorch_model.bin")
            #expect(try folder.tensors().float32("w", shape: shape) == expected, "\(shape) \(strides)")
        }
    }
}
