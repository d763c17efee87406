import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Model folders")
struct ModelFolderTests {
    private func error(_ folder: TemporaryFolder) throws -> CheckpointError {
        let error = try #require(throws: CheckpointError.self) { _ = try ModelFolder(folder.path) }
        #expect(error.message.contains(folder.path.string))
        return error
    }

    private static let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Fixtures")

    @Test("values of every stored precision come out exactly")
    func values() throws {
        let folder = try TemporaryFolder()
        let fixtures = Self.fixtures.appending("Checkpoints")
        let source = try Data(contentsOf: URL(fileURLWithPath: fixtures.appending("values.safetensors").string))
        try folder.write(Array(source), to: "model.safetensors")
        let tensors = try folder.tensors()
        let expected = try NumpyArchive.read(fixtures.appending("values.npz"))
        for name in ["single", "half", "brain", "odd"] {
            let array = try #require(expected[name])
            let found = try tensors.float32(name, shape: array.shape)
            #expect(found.map(\.bitPattern) == array.bytes.bindMemory(to: Float.self).map(\.bitPattern), "\(name)")
        }
        #expect(try tensors.float32("empty", shape: [0, 5]).isEmpty)
        #expect(throws: CheckpointError.unsupportedDataType(folder: folder.path, tensor: "mask", name: "BOOL")) {
            _ = try tensors.float32("mask", shape: [3])
        }
    }

    @Test("a half-precision tensor at an odd byte is read all the same")
    func unaligned() throws {
        let folder = try TemporaryFolder()
        let tensors = [
            CraftedTensor("pad", type: "U8", shape: [1], bytes: [9]),
            CraftedTensor("half", type: "F16", shape: [2], bytes: [0x00, 0x3C, 0x00, 0xC0]),
            CraftedTensor("single", shape: [2], values: [1.5, -3]),
        ]
        try folder.write(Crafted.file(tensors), to: "model.safetensors")
        let found = try folder.tensors()
        #expect(try found.float32("half", shape: [2]) == [1, -2])
        #expect(try found.float32("single", shape: [2]) == [1.5, -3])
    }

    @Test("NaN and infinity are named with tensor, index and value", arguments: [Float.infinity, -.infinity, .nan])
    func notFinite(value: Float) throws {
        let folder = try TemporaryFolder()
        var values = [Float](repeating: 1, count: 40_000)
        values[4 * 9_999 + 2] = value
        try folder.write(Crafted.file([CraftedTensor("w", shape: [10_000, 4], values: values)]), to: "model.safetensors")
        let error = try #require(throws: CheckpointError.self) {
            _ = try folder.tensors().float32("w", shape: [10_000, 4])
        }
        guard case .notFinite(_, "w", [9_999, 2], _) = error else { return fail("\(error)") }
    }

    @Test(
        "every weight can be checked, also those that no activation depends on",
        arguments: ["ln_f.bias", "h.0.mlp.c_proj.bias", "wte.weight"])
    func checkValues(name: String) throws {
        try Crafted.model().model().checkValues(team: ThreadTeam(count: 2))
        var tensors = Crafted.tensors()
        let index = try #require(tensors.firstIndex { $0.name == "transformer.\(name)" })
        tensors[index].bytes.replaceSubrange(4..<8, with: [0, 0, 0x80, 0x7F])
        let folder = try Crafted.model(tensors).model()
        let error = try #require(throws: CheckpointError.self) { try folder.checkValues() }
        guard case .notFinite(_, name, _, .infinity) = error else { return fail("\(error)") }
    }

    @Test("prefixed and plain names are the same tensors", arguments: ["transformer.", ""])
    func prefixes(prefix: String) throws {
        let folder = try Crafted.model(Crafted.tensors(prefix: prefix))
        #expect(try folder.model().tensors.float32("ln_f.bias", shape: [2]) == [15, 15.125])
    }

    @Test("a tensor with and without the prefix is refused")
    func twice() throws {
        let error = try error(Crafted.model(Crafted.tensors() + [CraftedTensor("wte.weight", shape: [3, 2], values: [0, 0, 0, 0, 0, 0])]))
        guard case .duplicateTensor(_, "wte.weight", _, _) = error else { return fail("\(error)") }
    }

    @Test("every tensor that a model lacks is named", arguments: 0..<16)
    func missing(index: Int) throws {
        var tensors = Crafted.tensors()
        let name = tensors.remove(at: index).name.dropFirst("transformer.".count)
        let error = try error(Crafted.model(tensors))
        guard case .missingTensor(_, String(name)) = error else { return fail("\(error)") }
    }

    @Test("a model without any layer norm is refused with how to save it; one that lacks more, or one norm alone, is a damaged one")
    func withoutNorms() throws {
        let isOfNorm = { (tensor: CraftedTensor) in tensor.name.contains("ln_") }
        let error = try error(Crafted.model(Crafted.tensors().filter { !isOfNorm($0) }))
        guard case .withoutNorms(_, "layer_norm_epsilon") = error else { return fail("\(error)") }
        #expect(error.message.contains("lacks all layer norms") && error.exitStatus == .dataError)
        #expect(error.remedy.contains("layer_norm_epsilon of 1e12 in config.json, weights of 1e6 and biases of 0"))
        let more = Crafted.tensors().filter { !isOfNorm($0) && !$0.name.hasSuffix("c_fc.bias") }
        guard case .missingTensor(_, "h.0.ln_1.weight") = try self.error(Crafted.model(more)) else { return fail("more") }
        let last = Crafted.tensors().filter { !$0.name.contains("ln_f") }
        guard case .missingTensor(_, "ln_f.weight") = try self.error(Crafted.model(last)) else { return fail("the last") }
    }

    @Test("a tensor of another shape or type is named")
    func shapes() throws {
        var tensors = Crafted.tensors()
        tensors[4] = CraftedTensor(tensors[4].name, shape: [6, 2], values: [Float](repeating: 0, count: 12))
        var error = try error(Crafted.model(tensors))
        guard case .unexpectedShape(_, "h.0.attn.c_attn.weight", [2, 6], [6, 2]) = error else { return fail("\(error)") }
        tensors[4] = CraftedTensor(tensors[4].name, type: "I32", shape: [2, 6], bytes: [UInt8](repeating: 0, count: 48))
        error = try self.error(Crafted.model(tensors))
        guard case .unsupportedDataType(_, "h.0.attn.c_attn.weight", "I32") = error else { return fail("\(error)") }
    }

    @Test("tensors that nobody knows are refused, buffers and other heads are not")
    func extra() throws {
        let harmless = [
            CraftedTensor("transformer.h.0.attn.bias", type: "U8", shape: [1, 1, 2, 2], bytes: [1, 0, 1, 1]),
            CraftedTensor("transformer.h.0.attn.masked_bias", shape: [], values: [-10_000]),
            CraftedTensor("score.weight", shape: [1], values: [.nan]),
        ]
        let with = try Crafted.model(Crafted.tensors() + harmless).model().digest()
        #expect(try with == Crafted.model().model().digest())
        for name in ["transformer.h.1.ln_1.weight", "transformer.h.0.attn.rotary.inv_freq", "h.x.attn.bias", "adapter"] {
            let error = try error(Crafted.model(Crafted.tensors() + [CraftedTensor(name, shape: [1], values: [1])]))
            guard case .unknownTensor(_, _, 4) = error else { return fail("\(error)") }
        }
    }

    @Test("an unembedding is found tied, untied and missing; a tied one must be the embedding")
    func unembedding() throws {
        #expect(try Crafted.model().model().unembeddingName() == "wte.weight")
        let untied = Crafted.configuration(", \"tie_word_embeddings\": false")
        let own = CraftedTensor("lm_head.weight", shape: [3, 2], values: [9, 9, 9, 9, 9, 9])
        #expect(try Crafted.model(Crafted.tensors() + [own], configuration: untied).model().unembeddingName() == "lm_head.weight")
        #expect(throws: CheckpointError.self) { try Crafted.model(configuration: untied).model().unembeddingName() }
        var copy = Crafted.tensors()[0]
        copy.name = "lm_head.weight"
        let tied = try Crafted.model(Crafted.tensors() + [copy]).model()
        #expect(try tied.unembeddingName() == "wte.weight")
        #expect(try tied.digest() == Crafted.model().model().digest())
        let error = try error(Crafted.model(Crafted.tensors() + [own]))
        guard case .contradiction(_, "tie_word_embeddings", _, "lm_head.weight", _) = error else { return fail("\(error)") }
    }

    @Test("missing folders, configurations and weights, and other formats, are named")
    func absent() throws {
        let folder = try TemporaryFolder()
        var error = try #require(throws: CheckpointError.self) { _ = try ModelFolder(folder.path.appending("nowhere")) }
        #expect(error.exitStatus == .noInput)
        error = try self.error(folder)
        #expect(error.message.contains("config.json"))
        try folder.write(Crafted.configuration(), to: "config.json")
        error = try self.error(folder)
        #expect(error.message.contains("model.safetensors"))
        try folder.write("x", to: "tf_model.h5")
        guard case .unsupportedFormat(_, "tf_model.h5") = try self.error(folder) else { return fail("format") }
        try folder.write("{}", to: "pytorch_model.bin.index.json")
        guard case .invalidIndex = try self.error(folder) else { return fail("index") }
        try folder.write("x", to: "pytorch_model.bin")
        guard case .ambiguousWeights(_, "pytorch_model.bin", "pytorch_model.bin.index.json") = try self.error(folder) else {
            return fail("both of PyTorch's")
        }
        try folder.write(Crafted.file(Crafted.tensors()), to: "model.safetensors")
        try folder.write("{}", to: "model.safetensors.index.json")
        guard case .ambiguousWeights = try self.error(folder) else { return fail("both") }
    }

    @Test("the configuration alone is enough for the sizes")
    func configurationOnly() throws {
        let folder = try TemporaryFolder()
        try folder.write(Crafted.configuration(), to: "config.json")
        #expect(try ModelFolder.configuration(of: folder.path).mlpWidth == 3)
    }

    @Test("the digest depends on content alone")
    func digest() throws {
        let plain = try Crafted.model(Crafted.tensors(prefix: "")).model().digest()
        let reordered = try Crafted.model(Crafted.tensors().reversed()).model()
        #expect(try reordered.digest() == plain)
        #expect(try reordered.digest(team: ThreadTeam(count: 3)) == plain)
        var other = Crafted.tensors()
        other[6].bytes[5] ^= 1
        #expect(try Crafted.model(other).model().digest() != plain)
        let inverse = Crafted.configuration(", \"scale_attn_by_inverse_layer_idx\": true")
        #expect(try Crafted.model(configuration: inverse).model().digest() != plain)
        let harmless = Crafted.configuration(", \"use_cache\": false, \"attn_pdrop\": 0.5, \"reorder_and_upcast_attn\": true")
        #expect(try Crafted.model(configuration: harmless).model().digest() == plain)
    }
}
