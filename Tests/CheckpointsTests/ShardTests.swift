import Checkpoints
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Models in shards")
struct ShardTests {
    private let first = Array(Crafted.tensors().prefix(7))
    private let second = Array(Crafted.tensors().dropFirst(7))

    /// A model in two shards, with the index that belongs to them unless another is given.
    private func model(first: [CraftedTensor], second: [CraftedTensor], index: String? = nil) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(Crafted.configuration(), to: "config.json")
        try folder.write(Crafted.file(first), to: "model-00001-of-00002.safetensors")
        try folder.write(Crafted.file(second), to: "model-00002-of-00002.safetensors")
        let map =
            self.first.map { "\"\($0.name)\":\"model-00001-of-00002.safetensors\"" }
            + self.second.map { "\"\($0.name)\":\"model-00002-of-00002.safetensors\"" }
        let standard = "{\"metadata\":{\"total_size\":1},\"weight_map\":{\(map.joined(separator: ","))}}"
        try folder.write(index ?? standard, to: "model.safetensors.index.json")
        return folder
    }

    private func error(_ folder: TemporaryFolder) throws -> CheckpointError {
        try #require(throws: CheckpointError.self) { _ = try ModelFolder(folder.path) }
    }

    @Test("a model in shards is the same model as in one file")
    func same() throws {
        let sharded = try model(first: first, second: second).model()
        #expect(try sharded.digest() == Crafted.model().model().digest())
    }

    @Test("an unembedding in the index is read where it stands: a tied one repeats the embedding, another is a tensor of its own")
    func heads() throws {
        func folder(_ head: CraftedTensor, isTied: Bool) throws -> TemporaryFolder {
            let shards = [first + (isTied ? [head] : []), second + (isTied ? [] : [head])]
            let map = shards.enumerated().flatMap { place, tensors in
                tensors.map { "\"\($0.name)\":\"model-0000\(place + 1)-of-00002.safetensors\"" }
            }
            let folder = try model(first: shards[0], second: shards[1], index: "{\"weight_map\":{\(map.joined(separator: ","))}}")
            try folder.write(Crafted.configuration(", \"tie_word_embeddings\": \(isTied)"), to: "config.json")
            return folder
        }
        var copy = first[0]
        copy.name = "lm_head.weight"
        let tied = try folder(copy, isTied: true).model()
        #expect(try tied.unembeddingName() == "wte.weight")
        #expect(try tied.digest() == Crafted.model().model().digest())
        let own = CraftedTensor("lm_head.weight", shape: [3, 2], values: [9, 8, 7, 6, 5, 4])
        let untied = Crafted.configuration(", \"tie_word_embeddings\": false")
        let found = try folder(own, isTied: false).model()
        #expect(try found.unembeddingName() == "lm_head.weight")
        #expect(try found.digest() == Crafted.model(Crafted.tensors() + [own], configuration: untied).model().digest())
        // One that is said to be tied and is not.
        guard case .contradiction(_, "tie_word_embeddings", _, "lm_head.weight", _) = try error(folder(own, isTied: true)) else {
            return fail("another head")
        }
    }

    @Test("a shard that lacks a tensor of the index is named")
    func lacks() throws {
        let error = try error(model(first: first, second: Array(second.dropLast())))
        guard case .missingFromShard(_, "transformer.ln_f.bias", "model-00002-of-00002.safetensors") = error else {
            return fail("\(error)")
        }
    }

    @Test("a tensor that the index does not know, or places elsewhere, is named")
    func unplaced() throws {
        for tensor in [CraftedTensor("more", shape: [1], values: [1]), first[0]] {
            let error = try error(model(first: first, second: second + [tensor]))
            guard case .missingFromIndex(_, tensor.name, "model-00002-of-00002.safetensors") = error else {
                return fail("\(error)")
            }
        }
    }

    @Test("an index of more tensors than any model has, or of more bytes, is refused before its shards are opened")
    func largeIndex() throws {
        func index(_ count: Int) -> String {
            "{\"weight_map\":{\((0..<count).map { "\"\($0)\":\"none.safetensors\"" }.joined(separator: ","))}}"
        }
        guard case .notFound = try error(model(first: first, second: second, index: index(65_536))) else { return fail("not opened") }
        let many = try error(model(first: first, second: second, index: index(65_537)))
        guard case .invalidIndex(_, "it places 65537 tensors, the most are 65536") = many else { return fail("\(many)") }
        let folder = try model(first: first, second: second, index: "{}" + String(repeating: " ", count: (1 << 24) - 1))
        let long = try #require(throws: StorageError.self) { _ = try ModelFolder(folder.path) }
        guard case .tooLarge(_, 16_777_217, 16_777_216) = long else { return fail("\(long)") }
    }

    @Test("an index without a map, or that leads out of its folder, is refused")
    func invalidIndex() throws {
        for index in [
            "{}", "[]", "{\"weight_map\":[]}", "{\"weight_map\":{\"a\":1}}", "{\"weight_map\":{\"a\":\"../x.safetensors\"}}",
            "{\"weight_map\":{\"a\":\"/etc/passwd\"}}", "{\"weight_map\":{\"a\":\"model.bin\"}}",
        ] {
            let error = try error(model(first: first, second: second, index: index))
            guard case .invalidIndex = error else { return fail("\(error)") }
        }
        guard case .invalidJSON = try error(model(first: first, second: second, index: "{")) else { return fail("JSON") }
    }

    @Test("an index of PyTorch's shards names files of its own kind only")
    func otherSuffix() throws {
        let folder = try TemporaryFolder()
        try folder.write(Crafted.configuration(), to: "config.json")
        try folder.write("{\"weight_map\":{\"a\":\"model.safetensors\"}}", to: "pytorch_model.bin.index.json")
        let error = try error(folder)
        guard case .invalidIndex(let index, let reason) = error, reason.contains(".bin") else { return fail("\(error)") }
        #expect(index.lastComponent?.string == "pytorch_model.bin.index.json")
    }

    @Test("a shard that is not there is named")
    func missingShard() throws {
        let index = "{\"weight_map\":{\"a\":\"model-00003-of-00003.safetensors\"}}"
        let error = try error(model(first: first, second: second, index: index))
        guard case .notFound(let path, _) = error else { return fail("\(error)") }
        #expect(path.lastComponent?.string == "model-00003-of-00003.safetensors")
    }
}
